package sfu.node.media.sim;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import sfu.node.media.io.IoStats;
import sfu.node.media.io.NetIo;
import sfu.node.media.io.Path;

/** A worker's sockets on {@link Wire}s. Never waits: {@link #asked} tells how long it should have. */
final class SimulatedIo implements NetIo {
  private static final int NO_PACKET = 0;

  private final VirtualClock clock;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment out = arena.allocate(MAX_PACKET_BYTES, 64);
  private final MemorySegment in = arena.allocate((long) MAX_BATCH * MAX_PACKET_BYTES, 64);
  private final List<Wire> wires = new ArrayList<>();
  private final Map<Wire, Path> connections = new HashMap<>();
  private final Semaphore wakeups = new Semaphore(0);
  private final IoStats stats = new IoStats();
  private SimulatedPath reservedFor;
  private int reservedLength = NO_PACKET;
  private long asked;
  private int delivered;
  private Wire broken;
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private long allocatedBytes;

  /** A way to a client's address. */
  private final class SimulatedPath extends Path {
    private final boolean tcp;

    SimulatedPath(long addressHi, long addressLo, int port, boolean tcp) {
      super(addressHi, addressLo, port, 0);
      this.tcp = tcp;
    }

    @Override
    public boolean isTcp() {
      return tcp;
    }
  }

  SimulatedIo(VirtualClock clock) {
    this.clock = clock;
  }

  void plug(Wire wire) {
    wires.add(wire);
  }

  /** From now on, whoever wants to send on it runs into a defect. */
  void breakDown(Wire wire) {
    broken = wire;
  }

  /** How long the worker wanted to wait at its last poll, in nanoseconds. */
  long asked() {
    return asked;
  }

  /** Datagrams that its last poll brought. */
  int delivered() {
    return delivered;
  }

  /** Waits in real time for another thread, that of a handshake, to have something for the worker. */
  void awaitWakeup(long millis) throws InterruptedException {
    wakeups.tryAcquire(millis, TimeUnit.MILLISECONDS);
    wakeups.drainPermits();
  }

  @Override
  public String name() {
    return "simulated";
  }

  @Override
  public int udpPort() {
    return 40_000;
  }

  @Override
  public int tcpPort() {
    return 40_000;
  }

  @Override
  public void poll(long timeoutNanos, Handler handler) {
    asked = timeoutNanos;
    delivered = 0;
    long now = clock.getAsLong();
    for (int i = 0; i < wires.size(); i++) {
      Wire wire = wires.get(i);
      int length;
      while (delivered < MAX_BATCH && (length = receive(wire, now)) > 0) {
        delivered++;
        deliver(wire, (delivered - 1L) * MAX_PACKET_BYTES, length, handler);
      }
    }
    handler.onBatchEnd();
  }

  private int receive(Wire wire, long now) {
    long before = threads.getCurrentThreadAllocatedBytes();
    byte[] datagram = wire.arrivedUp(now);
    if (datagram != null) {
      long slot = (long) delivered * MAX_PACKET_BYTES;
      MemorySegment.copy(datagram, 0, in, ValueLayout.JAVA_BYTE, slot, datagram.length);
    }
    allocatedBytes += threads.getCurrentThreadAllocatedBytes() - before;
    return datagram == null ? 0 : datagram.length;
  }

  /** What this network itself allocated, on the heap, which no real one would. */
  long allocatedBytes() {
    return allocatedBytes;
  }

  private void deliver(Wire wire, long slot, int length, Handler handler) {
    if (!wire.tcp) {
      handler.onDatagram(in, slot, length, 0, wire.addressLo(), wire.port);
      return;
    }
    Path connection = connections.get(wire);
    if (connection == null) {
      connection = new SimulatedPath(0, wire.addressLo(), wire.port, true);
      connections.put(wire, connection);
      handler.onTcpAccepted(connection);
    }
    if (!connection.isClosed()) {
      handler.onTcpFrame(connection, in, slot, length);
    }
  }

  @Override
  public void wakeup() {
    wakeups.release();
  }

  @Override
  public MemorySegment outBuffer() {
    return out;
  }

  @Override
  public long reserve(Path path, int maxLength) {
    if (maxLength < 1 || maxLength > MAX_PACKET_BYTES) {
      throw new IllegalArgumentException("a packet of " + maxLength + " bytes");
    }
    if (broken != null && path.port() == broken.port) {
      throw new IllegalStateException("a defect on the way to " + path);
    }
    if (path.isClosed()) {
      return -1;
    }
    reservedFor = (SimulatedPath) path;
    reservedLength = maxLength;
    return 0;
  }

  @Override
  public void commit(int length) {
    if (length < 1 || length > reservedLength) {
      throw new IllegalStateException("commit of " + length + " bytes, reserved " + reservedLength);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    byte[] datagram = out.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    reservedLength = NO_PACKET;
    for (Wire wire : wires) {
      if (wire.port == reservedFor.port() && wire.addressLo() == reservedFor.addressLo()) {
        wire.sendDown(datagram, clock.getAsLong());
        break;
      }
    }
    allocatedBytes += threads.getCurrentThreadAllocatedBytes() - before;
  }

  @Override
  public void flush() {
    // Packets leave as they are committed.
  }

  @Override
  public Path udpPath(long addressHi, long addressLo, int port) {
    return new SimulatedPath(addressHi, addressLo, port, false);
  }

  @Override
  public IoStats stats() {
    return stats;
  }

  @Override
  public void close() {
    arena.close();
  }
}
