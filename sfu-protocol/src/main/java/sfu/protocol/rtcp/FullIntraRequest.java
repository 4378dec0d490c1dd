package sfu.protocol.rtcp;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import sfu.protocol.rtp.BigEndian;

/** Full intra request (RFC 5104, 4.3.1): key frames are asked of streams; a repeated request keeps its number. */
public final class FullIntraRequest {
  static final int FORMAT = 4;

  private static final int ITEM_LENGTH = 8;
  private static final int SEQUENCE_FIELD_OFFSET = 4;

  private MemorySegment segment = MemorySegment.NULL;
  private long offset;
  private int count;

  /** Reads the reader's current packet. Returns false when it is another message or malformed. */
  public boolean wrap(RtcpReader reader) {
    segment = reader.segment();
    offset = reader.offset();
    count = (reader.length() - Rtcp.FEEDBACK_HEADER_LENGTH) / ITEM_LENGTH;
    return reader.isFeedback(
        Rtcp.PAYLOAD_SPECIFIC_FEEDBACK, FORMAT, Rtcp.FEEDBACK_HEADER_LENGTH + ITEM_LENGTH);
  }

  public int senderSsrc() {
    return BigEndian.get32(segment, offset + Rtcp.SENDER_SSRC_FIELD_OFFSET);
  }

  /** How many streams are asked, at least 1. */
  public int count() {
    return count;
  }

  /** A stream that a key frame is asked of. */
  public int ssrc(int index) {
    return BigEndian.get32(segment, item(index));
  }

  /** The request's number, 0..255: the same as before means the same request again. */
  public int sequenceNumber(int index) {
    return BigEndian.getU8(segment, item(index) + SEQUENCE_FIELD_OFFSET);
  }

  private long item(int index) {
    Objects.checkIndex(index, count);
    return offset + Rtcp.FEEDBACK_HEADER_LENGTH + (long) index * ITEM_LENGTH;
  }

  /** Asks one stream; the header's media SSRC is 0 (RFC 5104, 4.3.1.2). Returns false when there is no room. */
  public static boolean write(RtcpWriter writer, int senderSsrc, int mediaSsrc, int sequenceNumber) {
    int bytes = Rtcp.FEEDBACK_HEADER_LENGTH + ITEM_LENGTH;
    long at = writer.beginFeedback(Rtcp.PAYLOAD_SPECIFIC_FEEDBACK, FORMAT, bytes, senderSsrc, 0);
    if (at < 0) {
      return false;
    }
    MemorySegment segment = writer.segment();
    long item = at + Rtcp.FEEDBACK_HEADER_LENGTH;
    BigEndian.put32(segment, item, mediaSsrc);
    BigEndian.put32(segment, item + SEQUENCE_FIELD_OFFSET, sequenceNumber << 24);
    return true;
  }
}
