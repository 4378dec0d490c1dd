package sfu.node.media.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** What the tests of both implementations share: sockets on loopback, polled by the test's own thread. */
abstract class NetIoContract {

  static final PortRange PORTS = new PortRange(43_000, 43_999);
  static final InetAddress V4 = InetAddress.ofLiteral("127.0.0.1");
  static final InetAddress V6 = InetAddress.ofLiteral("::1");

  private static final long SLICE_NANOS = 20_000_000;
  private static final int SLICES = 500;

  final List<AutoCloseable> opened = new ArrayList<>();
  final RecordingHandler seen = new RecordingHandler();

  abstract IoKind kind();

  final NetIo open(InetAddress bind) throws IOException {
    return opened(NetIo.open(kind(), bind, PORTS, 0));
  }

  final <T extends AutoCloseable> T opened(T resource) {
    opened.add(resource);
    return resource;
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }

  final void pollUntil(NetIo io, BooleanSupplier done) {
    pollUntil(io, seen, done);
  }

  final void pollUntil(NetIo io, NetIo.Handler handler, BooleanSupplier done) {
    for (int i = 0; i < SLICES && !done.getAsBoolean(); i++) {
      io.poll(SLICE_NANOS, handler);
    }
    assertThat(done.getAsBoolean()).as("seen in time; counters: %s", io.stats()).isTrue();
  }

  static void put(NetIo io, Path path, byte[] packet) {
    long offset = io.reserve(path, packet.length);
    assertThat(offset).isNotNegative();
    MemorySegment.copy(packet, 0, io.outBuffer(), ValueLayout.JAVA_BYTE, offset, packet.length);
    io.commit(packet.length);
  }

  static Path pathTo(NetIo io, InetAddress address, int port) {
    return io.udpPath(Addresses.hi(address), Addresses.lo(address), port);
  }

  /** A packet whose every byte depends on its number, so that mixed-up pieces show. */
  static byte[] packet(int number, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (number * 31 + i);
    }
    return bytes;
  }
}
