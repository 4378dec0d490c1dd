package sfu.protocol.rtp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Unsigned network-order integers at any alignment of a segment, on or off heap. Callers check bounds; a field outside
 * the segment is a programming error and throws.
 */
public final class BigEndian {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private BigEndian() {}

  public static int getU8(MemorySegment segment, long offset) {
    return segment.get(BYTE, offset) & 0xff;
  }

  public static int getU16(MemorySegment segment, long offset) {
    return segment.get(SHORT, offset) & 0xffff;
  }

  public static int getU24(MemorySegment segment, long offset) {
    return getU8(segment, offset) << 16 | getU16(segment, offset + 1);
  }

  /** All 32 bits, as they are: the sign means nothing. */
  public static int get32(MemorySegment segment, long offset) {
    return segment.get(INT, offset);
  }

  public static long getU32(MemorySegment segment, long offset) {
    return segment.get(INT, offset) & 0xffff_ffffL;
  }

  /** All 64 bits, as they are. */
  public static long get64(MemorySegment segment, long offset) {
    return segment.get(LONG, offset);
  }

  public static void put8(MemorySegment segment, long offset, int value) {
    segment.set(BYTE, offset, (byte) value);
  }

  public static void put16(MemorySegment segment, long offset, int value) {
    segment.set(SHORT, offset, (short) value);
  }

  public static void put24(MemorySegment segment, long offset, int value) {
    put8(segment, offset, value >>> 16);
    put16(segment, offset + 1, value);
  }

  public static void put32(MemorySegment segment, long offset, int value) {
    segment.set(INT, offset, value);
  }

  public static void put64(MemorySegment segment, long offset, long value) {
    segment.set(LONG, offset, value);
  }
}
