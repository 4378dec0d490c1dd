package sfu.node.media.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;

/** What does not depend on how the system is asked: gathering packets, admitting and reading TCP connections. */
abstract sealed class SocketIo implements NetIo permits LinuxIo, NioIo {

  final boolean v6;
  final IoStats stats = new IoStats();
  final SendBatch batch = new SendBatch();
  final Delivery delivery = new Delivery();
  final FrameReceiver frames = new FrameReceiver(stats, delivery);
  final TcpAdmission admission = new TcpAdmission(stats, System::nanoTime);
  /** By way of which queued bytes of TCP connections reach their sockets. */
  final MemorySegment scratch = Arena.ofAuto().allocate(16 * 1024, 64);

  SocketIo(InetAddress bind) {
    v6 = !(bind instanceof Inet4Address);
  }

  @Override
  public final IoStats stats() {
    return stats;
  }

  @Override
  public final MemorySegment outBuffer() {
    return batch.slab();
  }

  @Override
  public final long reserve(Path path, int maxLength) {
    if (path.isClosed()) {
      return -1;
    }
    if (!batch.hasRoom(maxLength)) {
      flush();
    }
    return batch.reserve(path, maxLength);
  }

  @Override
  public final void commit(int length) {
    batch.commit(length);
  }

  @Override
  public final void flush() {
    if (batch.runs() > 0) {
      try {
        send();
      } finally {
        batch.clear();
      }
    }
  }

  /** Sends every run of the batch. */
  abstract void send();

  final void checkFamily(long addressHi, long addressLo) {
    if (!v6 && !Addresses.isV4(addressHi, addressLo)) {
      throw new IllegalArgumentException("an IPv6 destination on a socket bound to an IPv4 address");
    }
  }
}
