package sfu.node.media.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The two bytes that say a frame's length (RFC 4571, 2), big-endian and at any offset. */
final class FrameLength {

  /** Its size. */
  static final int BYTES = 2;

  private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private FrameLength() {}

  static int get(MemorySegment segment, long offset) {
    return Short.toUnsignedInt(segment.get(U16, offset));
  }

  static void put(MemorySegment segment, long offset, int value) {
    segment.set(U16, offset, (short) value);
  }
}
