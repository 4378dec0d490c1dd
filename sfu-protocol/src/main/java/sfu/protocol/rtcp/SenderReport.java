package sfu.protocol.rtcp;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import sfu.protocol.rtp.BigEndian;

/** Sender report (RFC 3550, 6.4.1). */
public final class SenderReport {
  private static final int NTP_FIELD_OFFSET = 8;
  private static final int RTP_TIMESTAMP_FIELD_OFFSET = 16;
  private static final int PACKET_COUNT_FIELD_OFFSET = 20;
  private static final int OCTET_COUNT_FIELD_OFFSET = 24;
  private static final int FIXED_LENGTH = 28;

  private MemorySegment segment = MemorySegment.NULL;
  private long offset;
  private int reportCount;

  /** Reads the reader's current packet. Returns false when it is another message or malformed. */
  public boolean wrap(RtcpReader reader) {
    segment = reader.segment();
    offset = reader.offset();
    reportCount = reader.count();
    return reader.packetType() == Rtcp.SENDER_REPORT
        && reader.length() >= FIXED_LENGTH + reportCount * ReportBlock.LENGTH;
  }

  public int senderSsrc() {
    return BigEndian.get32(segment, offset + Rtcp.SENDER_SSRC_FIELD_OFFSET);
  }

  /** Wall clock at sending: seconds since 1900 in the upper 32 bits, fraction in the lower. */
  public long ntpTimestamp() {
    return BigEndian.get64(segment, offset + NTP_FIELD_OFFSET);
  }

  /** The same instant in the media's clock. */
  public int rtpTimestamp() {
    return BigEndian.get32(segment, offset + RTP_TIMESTAMP_FIELD_OFFSET);
  }

  /** RTP packets sent so far, modulo 2^32. */
  public long packetCount() {
    return BigEndian.getU32(segment, offset + PACKET_COUNT_FIELD_OFFSET);
  }

  /** Payload bytes sent so far, modulo 2^32, without headers and padding. */
  public long octetCount() {
    return BigEndian.getU32(segment, offset + OCTET_COUNT_FIELD_OFFSET);
  }

  public int reportCount() {
    return reportCount;
  }

  /** Points a block's flyweight to one of 0..{@link #reportCount}-1. */
  public void report(int index, ReportBlock block) {
    Objects.checkIndex(index, reportCount);
    block.wrap(segment, offset + FIXED_LENGTH + (long) index * ReportBlock.LENGTH);
  }

  /** Begins a report without blocks; {@link ReportBlock#append} adds them. Returns false when there is no room. */
  public static boolean write(
      RtcpWriter writer, int senderSsrc, long ntpTimestamp, int rtpTimestamp, long packetCount, long octetCount) {
    long at = writer.begin(Rtcp.SENDER_REPORT, 0, FIXED_LENGTH);
    if (at < 0) {
      return false;
    }
    MemorySegment segment = writer.segment();
    BigEndian.put32(segment, at + Rtcp.SENDER_SSRC_FIELD_OFFSET, senderSsrc);
    BigEndian.put64(segment, at + NTP_FIELD_OFFSET, ntpTimestamp);
    BigEndian.put32(segment, at + RTP_TIMESTAMP_FIELD_OFFSET, rtpTimestamp);
    BigEndian.put32(segment, at + PACKET_COUNT_FIELD_OFFSET, (int) packetCount);
    BigEndian.put32(segment, at + OCTET_COUNT_FIELD_OFFSET, (int) octetCount);
    return true;
  }
}
