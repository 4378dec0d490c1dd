package sfu.protocol.rtcp;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;

/** What a receiver reports of one source (RFC 3550, 6.4.1), inside of a sender or receiver report. */
public final class ReportBlock {
  static final int LENGTH = 24;

  private static final int FRACTION_LOST_FIELD_OFFSET = 4;
  private static final int CUMULATIVE_LOST_FIELD_OFFSET = 5;
  private static final int HIGHEST_SEQUENCE_FIELD_OFFSET = 8;
  private static final int JITTER_FIELD_OFFSET = 12;
  private static final int LAST_SR_FIELD_OFFSET = 16;
  private static final int DELAY_SINCE_LAST_SR_FIELD_OFFSET = 20;
  private static final int MAX_CUMULATIVE_LOST = 0x7f_ffff;

  private MemorySegment segment = MemorySegment.NULL;
  private long offset;

  void wrap(MemorySegment segment, long offset) {
    this.segment = segment;
    this.offset = offset;
  }

  /** The source that is reported. */
  public int ssrc() {
    return BigEndian.get32(segment, offset);
  }

  /** Loss since the previous report, in 1/256. */
  public int fractionLost() {
    return BigEndian.getU8(segment, offset + FRACTION_LOST_FIELD_OFFSET);
  }

  /** Packets expected less packets received since the start; negative with duplicates. */
  public int cumulativeLost() {
    return BigEndian.getU24(segment, offset + CUMULATIVE_LOST_FIELD_OFFSET) << 8 >> 8;
  }

  /** Highest sequence number received, with the count of its cycles in the upper 16 bits. */
  public long highestSequence() {
    return BigEndian.getU32(segment, offset + HIGHEST_SEQUENCE_FIELD_OFFSET);
  }

  /** Inter-arrival jitter, in units of the codec's clock. */
  public long jitter() {
    return BigEndian.getU32(segment, offset + JITTER_FIELD_OFFSET);
  }

  /** The middle 32 bits of the NTP timestamp of the last sender report received, 0 if none was. */
  public int lastSenderReport() {
    return BigEndian.get32(segment, offset + LAST_SR_FIELD_OFFSET);
  }

  /** Time since that report, in 1/65536 s. */
  public long delaySinceLastSenderReport() {
    return BigEndian.getU32(segment, offset + DELAY_SINCE_LAST_SR_FIELD_OFFSET);
  }

  /**
   * Adds a block to the sender or receiver report just begun in {@code writer}; the parameters are as the getters
   * say, and {@code cumulativeLost} is clamped to the 24 bits it has. Returns false when there is no such report, no
   * room, or it already has 31 blocks.
   */
  public static boolean append(
      RtcpWriter writer,
      int ssrc,
      int fractionLost,
      int cumulativeLost,
      long highestSequence,
      long jitter,
      int lastSenderReport,
      long delaySinceLastSenderReport) {
    int packetType = writer.packetType();
    if (packetType != Rtcp.SENDER_REPORT && packetType != Rtcp.RECEIVER_REPORT) {
      return false;
    }
    long at = writer.grow(LENGTH);
    if (at < 0) {
      return false;
    }
    MemorySegment segment = writer.segment();
    BigEndian.put32(segment, at, ssrc);
    BigEndian.put8(segment, at + FRACTION_LOST_FIELD_OFFSET, fractionLost);
    int lost = Math.clamp(cumulativeLost, -MAX_CUMULATIVE_LOST - 1, MAX_CUMULATIVE_LOST);
    BigEndian.put24(segment, at + CUMULATIVE_LOST_FIELD_OFFSET, lost);
    BigEndian.put32(segment, at + HIGHEST_SEQUENCE_FIELD_OFFSET, (int) highestSequence);
    BigEndian.put32(segment, at + JITTER_FIELD_OFFSET, (int) jitter);
    BigEndian.put32(segment, at + LAST_SR_FIELD_OFFSET, lastSenderReport);
    BigEndian.put32(segment, at + DELAY_SINCE_LAST_SR_FIELD_OFFSET, (int) delaySinceLastSenderReport);
    return true;
  }
}
