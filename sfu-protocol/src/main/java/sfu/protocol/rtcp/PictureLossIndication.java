package sfu.protocol.rtcp;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;

/** Picture loss indication (RFC 4585, 6.3.1): a receiver needs a key frame. */
public final class PictureLossIndication {
  static final int FORMAT = 1;

  private MemorySegment segment = MemorySegment.NULL;
  private long offset;

  /** Reads the reader's current packet. Returns false when it is another message or malformed. */
  public boolean wrap(RtcpReader reader) {
    segment = reader.segment();
    offset = reader.offset();
    return reader.isFeedback(Rtcp.PAYLOAD_SPECIFIC_FEEDBACK, FORMAT, Rtcp.FEEDBACK_HEADER_LENGTH);
  }

  public int senderSsrc() {
    return BigEndian.get32(segment, offset + Rtcp.SENDER_SSRC_FIELD_OFFSET);
  }

  /** The stream that a key frame is asked of. */
  public int mediaSsrc() {
    return BigEndian.get32(segment, offset + Rtcp.MEDIA_SSRC_FIELD_OFFSET);
  }

  /** Returns false when there is no room. */
  public static boolean write(RtcpWriter writer, int senderSsrc, int mediaSsrc) {
    return writer.beginFeedback(
            Rtcp.PAYLOAD_SPECIFIC_FEEDBACK, FORMAT, Rtcp.FEEDBACK_HEADER_LENGTH, senderSsrc, mediaSsrc)
        >= 0;
  }
}
