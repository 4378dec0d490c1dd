package sfu.node.media.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/** {@code struct sockaddr_in} and {@code sockaddr_in6} in a slot of {@link #SLOT_BYTES}, 8-aligned. */
public final class Sockaddr {

  public static final int SLOT_BYTES = 32;

  private Sockaddr() {}

  /** The first eight bytes: family, port, and the IPv4 address or the flow label, which is 0. */
  public static long firstWord(boolean v6, long addressLo, int port) {
    long portBits = (long) Short.toUnsignedInt(Short.reverseBytes((short) port)) << 16;
    return v6
        ? Linux.AF_INET6 | portBits
        : Linux.AF_INET | portBits | (long) Integer.reverseBytes((int) addressLo) << 32;
  }

  public static int length(boolean v6) {
    return v6 ? Linux.SOCKADDR_IN6_BYTES : Linux.SOCKADDR_IN_BYTES;
  }

  /** Writes an address of the socket's family; the slot's bytes after it are to be zero. */
  public static void write(MemorySegment segment, long offset, boolean v6, long firstWord, long addressHi, long addressLo) {
    segment.set(JAVA_LONG, offset, firstWord);
    segment.set(JAVA_LONG, offset + 8, v6 ? Long.reverseBytes(addressHi) : 0);
    segment.set(JAVA_LONG, offset + 16, v6 ? Long.reverseBytes(addressLo) : 0);
  }

  static int port(MemorySegment segment, long offset) {
    return Short.toUnsignedInt(Short.reverseBytes(segment.get(JAVA_SHORT, offset + 2)));
  }

  static long addressHi(MemorySegment segment, long offset, boolean v6) {
    return v6 ? Long.reverseBytes(segment.get(JAVA_LONG, offset + 8)) : 0;
  }

  static long addressLo(MemorySegment segment, long offset, boolean v6) {
    return v6
        ? Long.reverseBytes(segment.get(JAVA_LONG, offset + 16))
        : Addresses.mapped(Integer.reverseBytes(segment.get(JAVA_INT, offset + 4)));
  }
}
