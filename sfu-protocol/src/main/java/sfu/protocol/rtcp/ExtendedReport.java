package sfu.protocol.rtcp;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;

/**
 * Extended report (RFC 3611): walks its blocks, reads the receiver reference times (4.4) and writes the answer to them
 * (4.5), by which a receiver that sends no media learns its round-trip time. Other blocks are passed over.
 */
public final class ExtendedReport {
  public static final int RECEIVER_REFERENCE_TIME = 4;
  public static final int DELAY_SINCE_LAST_REFERENCE = 5;

  private static final int FIXED_LENGTH = 8;
  private static final int BLOCK_HEADER_LENGTH = 4;
  private static final int REFERENCE_TIME_LENGTH = 12;
  private static final int DELAY_ITEM_LENGTH = 12;

  private MemorySegment segment = MemorySegment.NULL;
  private long offset;
  private long position;
  private long end;
  private long block;
  private int blockLength;

  /** Reads the reader's current packet. Returns false when it is another message or malformed. */
  public boolean wrap(RtcpReader reader) {
    segment = reader.segment();
    offset = reader.offset();
    position = offset + FIXED_LENGTH;
    end = offset + reader.length();
    return reader.packetType() == Rtcp.EXTENDED_REPORT && reader.length() >= FIXED_LENGTH;
  }

  public int senderSsrc() {
    return BigEndian.get32(segment, offset + Rtcp.SENDER_SSRC_FIELD_OFFSET);
  }

  /** Moves to the next block. Returns false after the last, and at a malformed one. */
  public boolean next() {
    if (end - position < BLOCK_HEADER_LENGTH) {
      return false;
    }
    block = position;
    blockLength = BLOCK_HEADER_LENGTH + 4 * BigEndian.getU16(segment, block + 2);
    if (blockLength > end - block) {
      position = end;
      return false;
    }
    position += blockLength;
    return true;
  }

  public int blockType() {
    return BigEndian.getU8(segment, block);
  }

  /** Whether the current block is a whole receiver reference time report. */
  public boolean isReferenceTime() {
    return blockType() == RECEIVER_REFERENCE_TIME && blockLength == REFERENCE_TIME_LENGTH;
  }

  /** The sender's wall clock as an NTP timestamp, of a block for which {@link #isReferenceTime} holds. */
  public long referenceTime() {
    return BigEndian.get64(segment, block + BLOCK_HEADER_LENGTH);
  }

  /**
   * Answers one receiver: {@code lastReference} is the middle 32 bits of the reference time it sent last,
   * {@code delaySince} the time since that came, in 1/65536 s. Returns false when there is no room.
   */
  public static boolean writeDelaySinceLastReference(
      RtcpWriter writer, int senderSsrc, int receiverSsrc, int lastReference, long delaySince) {
    int bytes = FIXED_LENGTH + BLOCK_HEADER_LENGTH + DELAY_ITEM_LENGTH;
    long at = writer.begin(Rtcp.EXTENDED_REPORT, 0, bytes);
    if (at < 0) {
      return false;
    }
    MemorySegment segment = writer.segment();
    BigEndian.put32(segment, at + Rtcp.SENDER_SSRC_FIELD_OFFSET, senderSsrc);
    BigEndian.put32(segment, at + FIXED_LENGTH, DELAY_SINCE_LAST_REFERENCE << 24 | DELAY_ITEM_LENGTH / 4);
    long item = at + FIXED_LENGTH + BLOCK_HEADER_LENGTH;
    BigEndian.put32(segment, item, receiverSsrc);
    BigEndian.put32(segment, item + 4, lastReference);
    BigEndian.put32(segment, item + 8, (int) delaySince);
    return true;
  }
}
