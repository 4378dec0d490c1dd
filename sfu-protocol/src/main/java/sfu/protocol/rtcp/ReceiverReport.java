package sfu.protocol.rtcp;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import sfu.protocol.rtp.BigEndian;

/** Receiver report (RFC 3550, 6.4.2). */
public final class ReceiverReport {
  private static final int FIXED_LENGTH = 8;

  private MemorySegment segment = MemorySegment.NULL;
  private long offset;
  private int reportCount;

  /** Reads the reader's current packet. Returns false when it is another message or malformed. */
  public boolean wrap(RtcpReader reader) {
    segment = reader.segment();
    offset = reader.offset();
    reportCount = reader.count();
    return reader.packetType() == Rtcp.RECEIVER_REPORT
        && reader.length() >= FIXED_LENGTH + reportCount * ReportBlock.LENGTH;
  }

  public int senderSsrc() {
    return BigEndian.get32(segment, offset + Rtcp.SENDER_SSRC_FIELD_OFFSET);
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
  public static boolean write(RtcpWriter writer, int senderSsrc) {
    long at = writer.begin(Rtcp.RECEIVER_REPORT, 0, FIXED_LENGTH);
    if (at < 0) {
      return false;
    }
    BigEndian.put32(writer.segment(), at + Rtcp.SENDER_SSRC_FIELD_OFFSET, senderSsrc);
    return true;
  }
}
