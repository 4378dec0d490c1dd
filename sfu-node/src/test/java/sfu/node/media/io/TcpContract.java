package sfu.node.media.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import sfu.node.media.io.IoStats.Counter;

/** RFC 4571 frames over TCP, over either implementation. */
abstract class TcpContract extends UdpContract {

  @Test
  void aConnectionIsAnnouncedWithItsAddress() throws Exception {
    NetIo io = open(V4);
    Socket client = connect(io);
    Path path = accept(io);
    assertThat(path.isTcp()).isTrue();
    assertThat(path.addressLo()).isEqualTo(Addresses.lo(V4));
    assertThat(path.port()).isEqualTo(client.getLocalPort());
    assertThat(path).hasToString("tcp 127.0.0.1:" + client.getLocalPort());
    assertThat(io.stats().get(Counter.TCP_ACCEPTED)).isEqualTo(1);
  }

  @Test
  void aDualStackListenerTakesBothFamilies() throws Exception {
    NetIo io = open(InetAddress.ofLiteral("::"));
    for (InetAddress address : List.of(V4, V6)) {
      opened(new Socket(address, io.tcpPort()));
      pollUntil(io, () -> !seen.accepted.isEmpty());
      assertThat(seen.accepted.getFirst().addressHi()).isEqualTo(Addresses.hi(address));
      assertThat(seen.accepted.removeFirst().addressLo()).isEqualTo(Addresses.lo(address));
    }
  }

  @Test
  void framesSentByteByByteArriveWhole() throws Exception {
    NetIo io = open(V4);
    Socket client = connect(io);
    byte[] wire = framed(packet(1, 40), packet(2, 1));
    for (byte b : wire) {
      client.getOutputStream().write(b);
      io.poll(0, seen);
    }
    pollUntil(io, () -> seen.frames.size() == 2);
    assertThat(seen.frames.get(0).bytes()).isEqualTo(packet(1, 40));
    assertThat(seen.frames.get(1).bytes()).isEqualTo(packet(2, 1));
  }

  @Test
  void manyFramesInOneSegmentArriveInOrder() throws Exception {
    NetIo io = open(V4);
    Socket client = connect(io);
    byte[][] packets = new byte[300][];
    for (int i = 0; i < packets.length; i++) {
      packets[i] = packet(i, 1 + i * 6);
    }
    client.getOutputStream().write(framed(packets));
    pollUntil(io, () -> seen.frames.size() == packets.length);
    for (int i = 0; i < packets.length; i++) {
      assertThat(seen.frames.get(i).bytes()).isEqualTo(packets[i]);
    }
    assertThat(seen.batches).allMatch(size -> size <= NetIo.MAX_BATCH);
  }

  @Test
  void theLongestFrameIsTakenAndEmptyOnesAreSkipped() throws Exception {
    NetIo io = open(V4);
    byte[] longest = packet(1, NetIo.MAX_PACKET_BYTES);
    connect(io).getOutputStream().write(framed(new byte[0], longest, new byte[0], packet(2, 3)));
    pollUntil(io, () -> seen.frames.size() == 2);
    assertThat(seen.frames.get(0).bytes()).isEqualTo(longest);
    assertThat(seen.frames.get(1).bytes()).isEqualTo(packet(2, 3));
  }

  @Test
  void aFrameTooLongEndsTheConnection() throws Exception {
    NetIo io = open(V4);
    Socket client = connect(io);
    client.getOutputStream().write(framed(packet(1, 10), new byte[NetIo.MAX_PACKET_BYTES + 1]));
    pollUntil(io, () -> !seen.closed.isEmpty());
    assertThat(seen.frames).hasSize(1);
    assertThat(seen.closed).containsExactly(seen.accepted.getFirst());
    assertThat(seen.closed.getFirst().isClosed()).isTrue();
    assertThat(io.stats().get(Counter.TCP_OVERSIZE_FRAMES)).isEqualTo(1);
    assertEnded(client);
  }

  @Test
  void whatSpeaksHttpIsClosedAtOnce() throws Exception {
    NetIo io = open(V4);
    Socket client = connect(io);
    client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes());
    pollUntil(io, () -> !seen.closed.isEmpty());
    assertEnded(client);
  }

  @Test
  void aHalfCloseEndsTheConnectionAfterItsFrames() throws Exception {
    NetIo io = open(V4);
    Socket client = connect(io);
    client.getOutputStream().write(framed(packet(1, 10)));
    client.getOutputStream().write(0);
    client.shutdownOutput();
    pollUntil(io, () -> !seen.closed.isEmpty());
    assertThat(seen.frames).hasSize(1);
    assertThat(io.stats().get(Counter.TCP_CLOSED)).isEqualTo(1);
    assertEnded(client);
  }

  @Test
  void aResetEndsTheConnection() throws Exception {
    NetIo io = open(V4);
    Socket client = connect(io);
    Path path = accept(io);
    client.setSoLinger(true, 0);
    client.close();
    put(io, path, packet(1, 10));
    put(io, path, packet(2, 10));
    io.flush();
    pollUntil(io, () -> !seen.closed.isEmpty());
    assertThat(seen.closed).containsExactly(path);
    assertThat(io.reserve(path, 10)).isEqualTo(-1);
  }

  @Test
  void framesGoOutWithTheirLengths() throws Exception {
    NetIo io = open(V4);
    Socket client = connect(io);
    Path path = accept(io);
    put(io, path, packet(1, 1200));
    put(io, path, packet(2, 1200));
    put(io, path, packet(3, 7));
    io.flush();
    var in = new DataInputStream(client.getInputStream());
    assertThat(readFrame(in)).isEqualTo(packet(1, 1200));
    assertThat(readFrame(in)).isEqualTo(packet(2, 1200));
    assertThat(readFrame(in)).isEqualTo(packet(3, 7));
    assertThat(io.stats().get(Counter.TCP_FRAMES_OUT)).isEqualTo(3);
  }

  @Test
  void datagramsAndFramesMixInOneBatch() throws Exception {
    NetIo io = open(V4);
    Socket client = connect(io);
    Path tcp = accept(io);
    var datagrams = client(V4);
    Path udp = pathTo(io, V4, datagrams.getLocalPort());
    for (int i = 0; i < 8; i++) {
      put(io, i % 3 == 0 ? tcp : udp, packet(i, 100));
    }
    io.flush();
    var in = new DataInputStream(client.getInputStream());
    for (int i = 0; i < 8; i++) {
      assertThat(i % 3 == 0 ? readFrame(in) : receive(datagrams)).isEqualTo(packet(i, 100));
    }
  }

  /** A reader that stalls loses whole frames, and what it gets is never cut, whatever the socket took. */
  @Test
  void aSlowReaderLosesWholeFramesOnly() throws Exception {
    NetIo io = open(V4);
    Socket client = opened(new Socket());
    client.setReceiveBufferSize(8 * 1024);
    client.connect(new InetSocketAddress(V4, io.tcpPort()));
    Path path = accept(io);
    int number = 0;
    while (io.stats().get(Counter.TCP_FRAMES_DROPPED) < 200) {
      put(io, path, numbered(number++, 700 + number % 1000));
      if (number % 10 == 0) {
        io.flush();
      }
    }
    io.flush();
    long kept = io.stats().get(Counter.TCP_FRAMES_OUT);
    assertThat(kept + io.stats().get(Counter.TCP_FRAMES_DROPPED)).isEqualTo(number);

    var received = new ArrayList<byte[]>();
    Thread reader = Thread.ofPlatform().start(() -> readFrames(client, received, kept));
    pollUntil(io, () -> !reader.isAlive());
    int last = -1;
    for (byte[] frame : received) {
      int n = Math.floorMod(frame[0], 256) << 16 | Math.floorMod(frame[1], 256) << 8 | Math.floorMod(frame[2], 256);
      assertThat(frame).isEqualTo(numbered(n, frame.length));
      assertThat(frame.length).isEqualTo(700 + (n + 1) % 1000);
      assertThat(n).isGreaterThan(last);
      last = n;
    }
    assertThat(received).hasSize((int) kept);

    put(io, path, numbered(1, 10));
    io.flush();
    assertThat(readFrame(new DataInputStream(client.getInputStream()))).isEqualTo(numbered(1, 10));
  }

  @Test
  void closingSendsWhatWasCommittedAndIsNotReported() throws Exception {
    NetIo io = open(V4);
    Socket client = connect(io);
    Path path = accept(io);
    put(io, path, packet(1, 50));
    path.close();
    var in = new DataInputStream(client.getInputStream());
    assertThat(readFrame(in)).isEqualTo(packet(1, 50));
    io.poll(0, seen);
    assertEnded(client);
    assertThat(seen.closed).isEmpty();
    assertThat(io.reserve(path, 10)).isEqualTo(-1);
  }

  @Test
  void aPathClosedByItsHandlerDeliversNoFurtherFrame() throws Exception {
    NetIo io = open(V4);
    seen.onFrame = Path::close;
    Socket client = connect(io);
    client.getOutputStream().write(framed(packet(1, 10), packet(2, 10)));
    pollUntil(io, () -> !seen.frames.isEmpty());
    io.poll(0, seen);
    assertThat(seen.frames).hasSize(1);
    assertThat(seen.closed).isEmpty();
    assertEnded(client);
  }

  @Test
  void aHandlerThatThrowsLosesItsConnectionOnly() throws Exception {
    NetIo io = open(V4);
    Socket failing = connect(io);
    seen.onFrame = path -> {
      throw new IllegalArgumentException("a bug");
    };
    failing.getOutputStream().write(framed(packet(1, 10)));
    Throwable thrown = null;
    for (int i = 0; i < 500 && thrown == null; i++) {
      try {
        io.poll(20_000_000, seen);
      } catch (IllegalArgumentException e) {
        thrown = e;
      }
    }
    assertThat(thrown).hasMessage("a bug");
    seen.onFrame = path -> {};
    connect(io).getOutputStream().write(framed(packet(2, 11)));
    pollUntil(io, () -> seen.frames.stream().anyMatch(f -> Arrays.equals(f.bytes(), packet(2, 11))));
    assertEnded(failing);
  }

  @Test
  void manyConnectionsAreServedFairly() throws Exception {
    NetIo io = open(V4);
    List<Socket> clients = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      clients.add(connect(io));
    }
    pollUntil(io, () -> seen.accepted.size() == clients.size());
    for (int i = 0; i < clients.size(); i++) {
      byte[][] packets = new byte[20][];
      Arrays.fill(packets, packet(i, 1000));
      clients.get(i).getOutputStream().write(framed(packets));
    }
    pollUntil(io, () -> seen.frames.size() == 60 * 20);
    for (var frame : seen.frames) {
      int i = seen.accepted.indexOf(frame.path());
      assertThat(seen.accepted.get(i).port()).isEqualTo(frame.port());
    }
  }

  final Socket connect(NetIo io) throws IOException {
    Socket client = opened(new Socket(V4, io.tcpPort()));
    client.setTcpNoDelay(true);
    client.setSoTimeout(5_000);
    return client;
  }

  final Path accept(NetIo io) {
    pollUntil(io, () -> !seen.accepted.isEmpty());
    return seen.accepted.getLast();
  }

  static byte[] framed(byte[]... packets) {
    var out = new ByteArrayOutputStream();
    for (byte[] packet : packets) {
      out.write(packet.length >> 8);
      out.write(packet.length);
      out.writeBytes(packet);
    }
    return out.toByteArray();
  }

  private static byte[] numbered(int number, int length) {
    byte[] bytes = packet(number, length);
    bytes[0] = (byte) (number >> 16);
    bytes[1] = (byte) (number >> 8);
    bytes[2] = (byte) number;
    return bytes;
  }

  private static byte[] readFrame(DataInputStream in) throws IOException {
    return in.readNBytes(in.readUnsignedShort());
  }

  private static void readFrames(Socket client, List<byte[]> into, long count) {
    try {
      var in = new DataInputStream(client.getInputStream());
      while (into.size() < count) {
        into.add(readFrame(in));
      }
    } catch (IOException e) {
      throw new AssertionError("after " + into.size() + " frames", e);
    }
  }

  /** The peer has closed: an end of file, or a reset where bytes were left unread. */
  private static void assertEnded(Socket client) throws IOException {
    try {
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    } catch (EOFException | java.net.SocketException expected) {
      assertThat(expected).hasMessageContaining("reset");
    }
  }
}
