package sfu.node.media.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * The control message with {@code struct in_pktinfo} (ip(7)) or {@code in6_pktinfo} (RFC 3542, 6), 8-aligned: our
 * address that a datagram came to, or that it is to leave from. A socket has that of its own family; on one of IPv6,
 * IPv4 addresses are mapped both ways.
 */
final class PacketInfo {

  private static final int V4_LENGTH = Linux.CMSG_DATA_OFFSET + 12;
  private static final int V6_LENGTH = Linux.CMSG_DATA_OFFSET + 20;
  /** In in_pktinfo, after the interface: the address to answer from, which for a broadcast isn't the one it came to. */
  private static final int V4_ADDRESS_OFFSET = Linux.CMSG_DATA_OFFSET + 4;
  private static final int V6_INTERFACE_OFFSET = Linux.CMSG_DATA_OFFSET + 16;

  private PacketInfo() {}

  /** Asks for it with every datagram; false if the system has no such thing. */
  static boolean enable(LinuxCalls calls, int fd, boolean v6) {
    int result =
        v6
            ? calls.setOption(fd, Linux.SOL_IPV6, Linux.IPV6_RECVPKTINFO, 1)
            : calls.setOption(fd, Linux.SOL_IP, Linux.IP_PKTINFO, 1);
    return result == 0;
  }

  /** The room it takes. */
  static int bytes(boolean v6) {
    return ((v6 ? V6_LENGTH : V4_LENGTH) + Linux.CMSG_ALIGNMENT - 1) & -Linux.CMSG_ALIGNMENT;
  }

  static boolean isOne(int level, int type) {
    return level == Linux.SOL_IP && type == Linux.IP_PKTINFO || level == Linux.SOL_IPV6 && type == Linux.IPV6_PKTINFO;
  }

  /** Writes what is the same for all. */
  static void prepare(MemorySegment segment, long offset, boolean v6) {
    segment.set(JAVA_LONG, offset, v6 ? V6_LENGTH : V4_LENGTH);
    segment.set(JAVA_INT, offset + Linux.CMSG_LEVEL_OFFSET, v6 ? Linux.SOL_IPV6 : Linux.SOL_IP);
    segment.set(JAVA_INT, offset + Linux.CMSG_TYPE_OFFSET, v6 ? Linux.IPV6_PKTINFO : Linux.IP_PKTINFO);
  }

  /** Fills a prepared one. An unspecified address of the destination's family leaves the choice to the system. */
  static void write(
      MemorySegment segment, long offset, boolean v6, long addressHi, long addressLo, int interfaceIndex) {
    if (v6) {
      segment.set(JAVA_LONG, offset + Linux.CMSG_DATA_OFFSET, Long.reverseBytes(addressHi));
      segment.set(JAVA_LONG, offset + Linux.CMSG_DATA_OFFSET + Long.BYTES, Long.reverseBytes(addressLo));
      segment.set(JAVA_INT, offset + V6_INTERFACE_OFFSET, interfaceIndex);
    } else {
      segment.set(JAVA_INT, offset + V4_ADDRESS_OFFSET, Integer.reverseBytes((int) addressLo));
    }
  }

  static long addressHi(MemorySegment segment, long offset, boolean v6) {
    return v6 ? Long.reverseBytes(segment.get(JAVA_LONG, offset + Linux.CMSG_DATA_OFFSET)) : 0;
  }

  static long addressLo(MemorySegment segment, long offset, boolean v6) {
    return v6
        ? Long.reverseBytes(segment.get(JAVA_LONG, offset + Linux.CMSG_DATA_OFFSET + Long.BYTES))
        : Addresses.mapped(Integer.reverseBytes(segment.get(JAVA_INT, offset + V4_ADDRESS_OFFSET)));
  }

  /**
   * The interface that an answer is bound to: where it came from for a link-local address, which means nothing without
   * (RFC 4007, 6), else 0. The way back to other addresses is routing's choice and may lead through another interface.
   */
  static int interfaceIndex(MemorySegment segment, long offset, boolean v6) {
    boolean linkLocal = v6 && addressHi(segment, offset, true) >>> 54 == 0x3fa;
    return linkLocal ? segment.get(JAVA_INT, offset + V6_INTERFACE_OFFSET) : 0;
  }
}
