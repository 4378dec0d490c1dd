package sfu.load.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sfu.node.media.io.Linux;

/** Both ways to a socket, against one of the JDK's. */
class SocketsTest {

  private static final long WAIT_NANOS = 50_000_000;
  private static final int MAX_POLLS = 200;

  enum Kind {
    LINUX,
    NIO;

    Sockets open() throws IOException {
      assumeThat(this == NIO || Linux.here()).isTrue();
      return this == NIO ? new NioSockets() : new LinuxSockets();
    }
  }

  private final List<String> received = new ArrayList<>();
  private final List<Long> arrivals = new ArrayList<>();
  private DatagramChannel server;

  @BeforeEach
  void bind() throws IOException {
    server = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void whatSeveralSocketsSendArrivesInOrderAndIsAnswered(Kind kind) throws IOException {
    try (Sockets sockets = kind.open()) {
      Sockets.Socket anne = connect(sockets);
      Sockets.Socket bert = connect(sockets);

      long begin = System.nanoTime();
      send(sockets, anne, "a1");
      send(sockets, anne, "a2");
      send(sockets, bert, "b1");
      send(sockets, anne, "a3");
      sockets.flush();

      assertThat(List.of(echo(), echo(), echo(), echo())).containsExactly("a1", "a2", "b1", "a3");
      await(sockets, 4);
      assertThat(received).containsExactlyInAnyOrder("a1", "a2", "b1", "a3");
      // By the kernel's clock, not by when somebody looked; the two clocks are read a moment apart.
      assertThat(arrivals).allMatch(arrival -> arrival - begin > -1_000_000 && arrival < System.nanoTime());
    }
  }

  @ParameterizedTest
  @EnumSource
  void moreThanOneCallTakesGoesOutAllTheSame(Kind kind) throws IOException {
    try (Sockets sockets = kind.open()) {
      Sockets.Socket socket = connect(sockets);
      for (int i = 0; i < 100; i++) {
        send(sockets, socket, "packet " + i);
      }
      sockets.flush();

      for (int i = 0; i < 100; i++) {
        assertThat(echo()).isEqualTo("packet " + i);
      }
      await(sockets, 100);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatIsGoneEndsNothing(Kind kind) throws IOException {
    try (Sockets sockets = kind.open()) {
      Sockets.Socket socket = connect(sockets);
      server.close();
      for (int i = 0; i < 3; i++) {
        send(sockets, socket, "nobody hears it");
        sockets.flush();
        sockets.poll(0);
      }

      assertThat(received).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWakeupEndsAWaitWithoutEnd(Kind kind) throws IOException {
    try (Sockets sockets = kind.open()) {
      Thread.ofVirtual().start(sockets::wakeup);
      sockets.poll(Long.MAX_VALUE);
      sockets.wakeup();
      sockets.poll(Long.MAX_VALUE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void ofASocketThatIsClosedNothingComesAnyMore(Kind kind) throws IOException {
    try (Sockets sockets = kind.open()) {
      Sockets.Socket socket = connect(sockets);
      Sockets.Socket other = connect(sockets);
      send(sockets, socket, "late");
      sockets.flush();
      socket.close();
      echo();
      send(sockets, other, "still here");
      sockets.flush();
      echo();

      await(sockets, 1);
      assertThat(received).containsExactly("still here");
    }
  }

  private Sockets.Socket connect(Sockets sockets) throws IOException {
    return sockets.connect(
        (InetSocketAddress) server.getLocalAddress(),
        (segment, offset, length, arrivalNanos) -> {
          received.add(new String(segment.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE)));
          arrivals.add(arrivalNanos);
        });
  }

  private static void send(Sockets sockets, Sockets.Socket socket, String text) {
    byte[] bytes = text.getBytes();
    MemorySegment.copy(bytes, 0, sockets.out(), ValueLayout.JAVA_BYTE, socket.reserve(), bytes.length);
    socket.send(bytes.length);
  }

  /** Reads what comes next at the server, and sends it back. */
  private String echo() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(Scratch.PACKET_BYTES);
    SocketAddress sender = server.receive(buffer);
    server.send(buffer.flip(), sender);
    return new String(buffer.array(), 0, buffer.limit());
  }

  private void await(Sockets sockets, int count) {
    for (int i = 0; i < MAX_POLLS && received.size() < count; i++) {
      sockets.poll(WAIT_NANOS);
    }
    assertThat(received).hasSize(count);
  }
}
