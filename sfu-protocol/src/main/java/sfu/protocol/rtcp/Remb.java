package sfu.protocol.rtcp;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import sfu.protocol.rtp.BigEndian;

/** Receiver estimated maximum bit rate (draft-alvestrand-rmcat-remb-03, section 2): a sum over the streams it names. */
public final class Remb {
  /** Application layer feedback (RFC 4585, 6.4), told from others by a four-letter name. */
  static final int FORMAT = 15;

  private static final int NAME = 0x52454d42;
  private static final int NAME_FIELD_OFFSET = 12;
  private static final int SSRC_COUNT_FIELD_OFFSET = 16;
  private static final int BITRATE_FIELD_OFFSET = 17;
  private static final int SSRCS_OFFSET = 20;
  private static final int MANTISSA_BITS = 18;
  private static final int MAX_SSRCS = 255;

  private MemorySegment segment = MemorySegment.NULL;
  private long offset;
  private int ssrcCount;

  /** Reads the reader's current packet. Returns false when it is another message or malformed. */
  public boolean wrap(RtcpReader reader) {
    segment = reader.segment();
    offset = reader.offset();
    if (!reader.isFeedback(Rtcp.PAYLOAD_SPECIFIC_FEEDBACK, FORMAT, SSRCS_OFFSET)
        || BigEndian.get32(segment, offset + NAME_FIELD_OFFSET) != NAME) {
      return false;
    }
    ssrcCount = BigEndian.getU8(segment, offset + SSRC_COUNT_FIELD_OFFSET);
    return reader.length() >= SSRCS_OFFSET + 4 * ssrcCount;
  }

  public int senderSsrc() {
    return BigEndian.get32(segment, offset + Rtcp.SENDER_SSRC_FIELD_OFFSET);
  }

  /** In bit/s; {@link Long#MAX_VALUE} for what a long can't hold. */
  public long bitrateBps() {
    int field = BigEndian.getU24(segment, offset + BITRATE_FIELD_OFFSET);
    int exponent = field >>> MANTISSA_BITS;
    long mantissa = field & (1 << MANTISSA_BITS) - 1;
    return exponent < Long.numberOfLeadingZeros(mantissa) ? mantissa << exponent : Long.MAX_VALUE;
  }

  /** How many streams the bit rate covers, 0..255. */
  public int ssrcCount() {
    return ssrcCount;
  }

  public int ssrc(int index) {
    Objects.checkIndex(index, ssrcCount);
    return BigEndian.get32(segment, offset + SSRCS_OFFSET + 4L * index);
  }

  /**
   * Writes the first {@code ssrcCount} of {@code ssrcs}, at most 255. {@code bitrateBps}, not negative, is rounded
   * down to 18 significant bits. Returns false when there is no room.
   */
  public static boolean write(RtcpWriter writer, int senderSsrc, long bitrateBps, int[] ssrcs, int ssrcCount) {
    Objects.checkIndex(ssrcCount, MAX_SSRCS + 1);
    int bytes = SSRCS_OFFSET + 4 * ssrcCount;
    long at = writer.beginFeedback(Rtcp.PAYLOAD_SPECIFIC_FEEDBACK, FORMAT, bytes, senderSsrc, 0);
    if (at < 0) {
      return false;
    }
    MemorySegment segment = writer.segment();
    int exponent = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(bitrateBps) - MANTISSA_BITS);
    BigEndian.put32(segment, at + NAME_FIELD_OFFSET, NAME);
    BigEndian.put8(segment, at + SSRC_COUNT_FIELD_OFFSET, ssrcCount);
    BigEndian.put24(segment, at + BITRATE_FIELD_OFFSET, exponent << MANTISSA_BITS | (int) (bitrateBps >>> exponent));
    for (int i = 0; i < ssrcCount; i++) {
      BigEndian.put32(segment, at + SSRCS_OFFSET + 4L * i, ssrcs[i]);
    }
    return true;
  }
}
