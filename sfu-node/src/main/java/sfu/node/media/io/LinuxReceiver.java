package sfu.node.media.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import sfu.node.media.io.IoStats.Counter;

/**
 * Receives datagrams by recvmmsg, with UDP_GRO: what one sender sent in a burst comes as one message, in pieces of
 * equal length but the last, with that length in a control message.
 */
final class LinuxReceiver {

  /** Each may hold as much as an IP packet; only pages that something was received into take memory. */
  private static final int MESSAGES = 64;
  private static final int SLOT_BYTES = 64 * 1024;
  /** UDP_GRO and SO_RXQ_OVFL take 24 bytes each, SO_TIMESTAMPNS 32, IPV6_PKTINFO 40. */
  private static final int CONTROL_BYTES = 128;
  private static final long NONE = -1;
  /** A clock that was set between the stamp and us must not turn into an age. */
  private static final long MAX_AGE_NANOS = 1_000_000_000;

  private final LinuxCalls calls;
  private final int fd;
  private final boolean v6;
  private final IoStats stats;
  private final Delivery delivery;
  private final MemorySegment slots;
  private final MemorySegment headers = Arena.ofAuto().allocate((long) MESSAGES * Linux.MMSGHDR_BYTES, 64);
  private final MemorySegment vectors = Arena.ofAuto().allocate((long) MESSAGES * Linux.IOVEC_BYTES, 64);
  private final MemorySegment names = Arena.ofAuto().allocate((long) MESSAGES * Sockaddr.SLOT_BYTES, 64);
  private final MemorySegment controls = Arena.ofAuto().allocate((long) MESSAGES * CONTROL_BYTES, 64);
  /** The kernel's count of datagrams it dropped on this socket, 32 bits that go round. */
  private int overflown;
  private int groLength;
  private long stampNanos;
  private long ageNanos;
  /** Where the sender's address and our own stand, for the datagram that is being delivered. */
  private long nameAt;
  private long packetInfoAt = NONE;
  /** How many headers the last call wrote over. */
  private int used;

  LinuxReceiver(LinuxCalls calls, int fd, boolean v6, IoStats stats, Delivery delivery) {
    this.calls = calls;
    this.fd = fd;
    this.v6 = v6;
    this.stats = stats;
    this.delivery = delivery;
    this.slots = calls.map((long) MESSAGES * SLOT_BYTES);
    for (int i = 0; i < MESSAGES; i++) {
      long header = (long) i * Linux.MMSGHDR_BYTES;
      long vector = (long) i * Linux.IOVEC_BYTES;
      headers.set(JAVA_LONG, header + Linux.NAME_OFFSET, names.address() + (long) i * Sockaddr.SLOT_BYTES);
      headers.set(JAVA_LONG, header + Linux.IOV_OFFSET, vectors.address() + vector);
      headers.set(JAVA_LONG, header + Linux.IOV_COUNT_OFFSET, 1);
      headers.set(JAVA_LONG, header + Linux.CONTROL_OFFSET, controls.address() + (long) i * CONTROL_BYTES);
      vectors.set(JAVA_LONG, vector, slots.address() + (long) i * SLOT_BYTES);
      vectors.set(JAVA_LONG, vector + Linux.IOVEC_LENGTH_OFFSET, SLOT_BYTES);
      prepare(header);
    }
  }

  /** One call's worth of datagrams. */
  void receive() {
    for (int i = 0; i < used; i++) {
      prepare((long) i * Linux.MMSGHDR_BYTES);
    }
    // An error is nothing there, an interruption, or what an earlier send left behind: nothing to do for any of them.
    int received = Math.max(0, calls.receiveMessages(fd, headers.address(), MESSAGES));
    used = received;
    stats.increment(Counter.RECEIVE_CALLS);
    long nowNanos = received > 0 ? calls.realTimeNanos() : 0;
    try {
      for (int i = 0; i < received; i++) {
        deliver(i, nowNanos);
      }
    } finally {
      ageNanos = 0;
      packetInfoAt = NONE;
    }
  }

  /** How long the datagram that is being delivered has waited for the call that received it, 0 if none is. */
  long ageNanos() {
    return ageNanos;
  }

  /**
   * Lets a path leave from our address that its destination knows, if that is who sent the datagram that is being
   * delivered. Read only when somebody asks: most datagrams come by paths that are there already.
   */
  void localize(LinuxUdpPath path) {
    if (packetInfoAt != NONE
        && Sockaddr.port(names, nameAt) == path.port()
        && Sockaddr.addressLo(names, nameAt, v6) == path.addressLo()
        && Sockaddr.addressHi(names, nameAt, v6) == path.addressHi()) {
      path.leaveFrom(
          PacketInfo.addressHi(controls, packetInfoAt, v6),
          PacketInfo.addressLo(controls, packetInfoAt, v6),
          PacketInfo.interfaceIndex(controls, packetInfoAt, v6));
    }
  }

  private void deliver(int message, long nowNanos) {
    long header = (long) message * Linux.MMSGHDR_BYTES;
    nameAt = (long) message * Sockaddr.SLOT_BYTES;
    int length = headers.get(JAVA_INT, header + Linux.MESSAGE_LENGTH_OFFSET);
    readControls((long) message * CONTROL_BYTES, headers.get(JAVA_LONG, header + Linux.CONTROL_LENGTH_OFFSET));
    ageNanos = stampNanos == 0 ? 0 : Math.clamp(nowNanos - stampNanos, 0, MAX_AGE_NANOS);

    int segmentLength = groLength > 0 ? groLength : length;
    int datagrams = length == 0 ? 1 : (length + segmentLength - 1) / segmentLength;
    stats.add(Counter.DATAGRAMS_IN, datagrams);
    stats.add(Counter.DATAGRAM_BYTES_IN, length);
    if (segmentLength > NetIo.MAX_PACKET_BYTES) {
      stats.add(Counter.DATAGRAMS_OVERSIZE, datagrams);
      return;
    }
    long addressHi = Sockaddr.addressHi(names, nameAt, v6);
    long addressLo = Sockaddr.addressLo(names, nameAt, v6);
    int port = Sockaddr.port(names, nameAt);
    long slot = (long) message * SLOT_BYTES;
    for (int i = 0; i < datagrams; i++) {
      int at = i * segmentLength;
      delivery.datagram(slots, slot + at, Math.min(segmentLength, length - at), addressHi, addressLo, port);
    }
  }

  /** Resets what the kernel writes over. */
  private void prepare(long header) {
    headers.set(JAVA_INT, header + Linux.NAME_LENGTH_OFFSET, Sockaddr.SLOT_BYTES);
    headers.set(JAVA_LONG, header + Linux.CONTROL_LENGTH_OFFSET, CONTROL_BYTES);
  }

  private void readControls(long start, long length) {
    groLength = 0;
    stampNanos = 0;
    packetInfoAt = NONE;
    long at = start;
    long end = start + length;
    while (end - at >= Linux.CMSG_DATA_OFFSET + Integer.BYTES) {
      int level = controls.get(JAVA_INT, at + Linux.CMSG_LEVEL_OFFSET);
      int type = controls.get(JAVA_INT, at + Linux.CMSG_TYPE_OFFSET);
      int value = controls.get(JAVA_INT, at + Linux.CMSG_DATA_OFFSET);
      if (level == Linux.SOL_UDP && type == Linux.UDP_GRO) {
        groLength = value;
      } else if (level == Linux.SOL_SOCKET && type == Linux.SO_RXQ_OVFL) {
        stats.add(Counter.DATAGRAMS_OVERFLOWN, value - overflown);
        overflown = value;
      } else if (level == Linux.SOL_SOCKET && type == Linux.SO_TIMESTAMPNS) {
        stampNanos = LinuxCalls.timespecNanos(controls, at + Linux.CMSG_DATA_OFFSET);
      } else if (PacketInfo.isOne(level, type)) {
        packetInfoAt = at;
      }
      long size = controls.get(JAVA_LONG, at);
      at += (size + Linux.CMSG_ALIGNMENT - 1) & -Linux.CMSG_ALIGNMENT;
    }
  }
}
