package sfu.protocol.srtp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Network byte order at any alignment, the header fields that SRTP reads, and the comparison of its tags. */
final class Bytes {
  static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  static final int RTP_HEADER_LENGTH = 12;
  static final int RTP_SEQUENCE_OFFSET = 2;
  static final int RTP_SSRC_OFFSET = 8;
  /** The part of an RTCP packet that stays readable: the first header and the sender's SSRC. */
  static final int RTCP_HEADER_LENGTH = 8;
  static final int RTCP_SSRC_OFFSET = 4;

  private Bytes() {}

  /** Whether two tags of 80 bits are equal, in a time that does not tell where they differ. */
  static boolean equalTags(MemorySegment a, long aOffset, MemorySegment b, long bOffset) {
    return (a.get(LONG, aOffset) ^ b.get(LONG, bOffset) | a.get(SHORT, aOffset + 8) ^ b.get(SHORT, bOffset + 8)) == 0;
  }
}
