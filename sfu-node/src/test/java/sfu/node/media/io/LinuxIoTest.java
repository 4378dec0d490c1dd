package sfu.node.media.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import sfu.node.media.io.IoStats.Counter;

/** {@link NetIo}'s contract by Linux's own interface, and what only that can do. */
@EnabledOnOs(OS.LINUX)
final class LinuxIoTest extends LifecycleContract {

  @Override
  IoKind kind() {
    return IoKind.LINUX;
  }

  @Test
  void theBestHereIsThis() throws Exception {
    assertThat(opened(NetIo.open(IoKind.BEST, V4, PORTS, 0)).name()).isEqualTo("linux");
  }

  @Test
  void aRunLeavesAsOneMessage() throws Exception {
    NetIo io = open(V4);
    DatagramSocket client = client(V4);
    Path path = pathTo(io, V4, client.getLocalPort());
    for (int i = 0; i < 10; i++) {
      put(io, path, packet(i, i < 9 ? 1200 : 600));
    }
    put(io, path, packet(10, 1200));
    io.flush();
    for (int i = 0; i < 11; i++) {
      assertThat(receive(client)).isEqualTo(packet(i, i == 9 ? 600 : 1200));
    }
    assertThat(io.stats().get(Counter.GSO_SENDS)).isEqualTo(1);
    assertThat(io.stats().get(Counter.GSO_DATAGRAMS)).isEqualTo(10);
    assertThat(io.stats().get(Counter.SEND_CALLS)).isEqualTo(1);
    assertThat(io.stats().get(Counter.DATAGRAMS_OUT)).isEqualTo(11);
  }

  @Test
  void theTimeThatADatagramWaitedForThePollIsKnown() throws Exception {
    NetIo io = open(V4);
    DatagramSocket client = client(V4);
    long[] age = new long[1];
    NetIo.Handler handler = new RecordingHandler() {
      @Override
      public void onDatagram(MemorySegment segment, long offset, int length, long hi, long lo, int port) {
        age[0] = io.datagramAgeNanos();
      }
    };
    // Linux begins to stamp a moment after it was asked to; until then a stamp is that of the call that receives.
    for (int attempt = 0; attempt < 100 && age[0] < 2_000_000; attempt++) {
      age[0] = -1;
      long before = System.nanoTime();
      client.send(new DatagramPacket(new byte[20], 20, V4, io.udpPort()));
      while (System.nanoTime() - before < 3_000_000) {
        Thread.onSpinWait();
      }
      while (age[0] < 0) {
        io.poll(10_000_000, handler);
      }
      assertThat(age[0]).isLessThanOrEqualTo(System.nanoTime() - before + 1_000_000);
    }
    assertThat(age[0]).isGreaterThanOrEqualTo(2_000_000);
    assertThat(io.datagramAgeNanos()).isZero();
  }

  @Test
  void aDualStackSocketSegmentsForBothFamilies() throws Exception {
    NetIo from = open(InetAddress.ofLiteral("::"));
    NetIo to = open(InetAddress.ofLiteral("::"));
    for (InetAddress address : List.of(V4, V6)) {
      seen.datagrams.clear();
      Path path = pathTo(from, address, to.udpPort());
      for (int i = 0; i < 60; i++) {
        put(from, path, packet(i, 1000));
      }
      from.flush();
      pollUntil(to, () -> seen.datagrams.size() == 60);
      for (int i = 0; i < 60; i++) {
        assertThat(seen.datagrams.get(i).bytes()).isEqualTo(packet(i, 1000));
      }
    }
    assertThat(from.stats().get(Counter.GSO_SENDS)).isEqualTo(2);
    assertThat(to.stats().get(Counter.RECEIVE_CALLS)).isEqualTo(2);
  }

  @Test
  void aHandlerThatThrowsLeavesTheNextPollWhole() throws Exception {
    NetIo from = open(V4);
    NetIo to = open(V4);
    Path path = pathTo(from, V4, to.udpPort());
    for (int round = 0; round < 2; round++) {
      // Unequal bursts, so that several messages come in one call.
      for (int i = 0; i < 40; i++) {
        put(from, path, packet(i, 500 + i / 10));
      }
      from.flush();
      if (round == 0) {
        assertThatThrownBy(() -> to.poll(1_000_000_000L, new FailingHandler())).hasMessage("a bug");
      }
    }
    pollUntil(to, () -> seen.datagrams.size() == 40);
    for (int i = 0; i < 40; i++) {
      assertThat(seen.datagrams.get(i).bytes()).isEqualTo(packet(i, 500 + i / 10));
    }
  }

  private static final class FailingHandler implements NetIo.Handler {
    @Override
    public void onDatagram(MemorySegment segment, long offset, int length, long addressHi, long addressLo, int port) {
      throw new IllegalArgumentException("a bug");
    }

    @Override
    public void onTcpAccepted(Path path) {}

    @Override
    public void onTcpFrame(Path path, MemorySegment segment, long offset, int length) {}

    @Override
    public void onTcpClosed(Path path) {}

    @Override
    public void onBatchEnd() {}
  }

  @Test
  void aRunIsReceivedInOneCall() throws Exception {
    NetIo from = open(V4);
    NetIo to = open(V4);
    Path path = pathTo(from, V4, to.udpPort());
    for (int i = 0; i < 60; i++) {
      put(from, path, packet(i, 1000));
    }
    from.flush();
    pollUntil(to, () -> seen.datagrams.size() == 60);
    assertThat(to.stats().get(Counter.RECEIVE_CALLS)).isEqualTo(1);
  }
}
