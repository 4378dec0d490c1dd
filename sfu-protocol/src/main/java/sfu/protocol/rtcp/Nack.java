package sfu.protocol.rtcp;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;

/**
 * Generic NACK (RFC 4585, 6.2.1): sequence numbers that a receiver misses. Each 4-byte item names one (PID) and, by a
 * bit mask (BLP), any of the 16 that follow it.
 */
public final class Nack {
  static final int FORMAT = 1;

  private static final int ITEM_LENGTH = 4;
  private static final int FOLLOWING = 16;

  private MemorySegment segment = MemorySegment.NULL;
  private long offset;
  private long position;
  private long end;
  private int packetId;
  private int following;

  /** Reads the reader's current packet. Returns false when it is another message or malformed. */
  public boolean wrap(RtcpReader reader) {
    segment = reader.segment();
    offset = reader.offset();
    position = offset + Rtcp.FEEDBACK_HEADER_LENGTH;
    end = offset + reader.length();
    following = 0;
    return reader.isFeedback(
        Rtcp.TRANSPORT_LAYER_FEEDBACK, FORMAT, Rtcp.FEEDBACK_HEADER_LENGTH + ITEM_LENGTH);
  }

  public int senderSsrc() {
    return BigEndian.get32(segment, offset + Rtcp.SENDER_SSRC_FIELD_OFFSET);
  }

  /** The stream whose packets are missed. */
  public int mediaSsrc() {
    return BigEndian.get32(segment, offset + Rtcp.MEDIA_SSRC_FIELD_OFFSET);
  }

  /** The next missed sequence number, 0..65535, in the order of the message; -1 after the last. */
  public int next() {
    if (following != 0) {
      int bit = Integer.numberOfTrailingZeros(following);
      following &= following - 1;
      return packetId + bit + 1 & 0xffff;
    }
    if (position >= end) {
      return -1;
    }
    packetId = BigEndian.getU16(segment, position);
    following = BigEndian.getU16(segment, position + 2);
    position += ITEM_LENGTH;
    return packetId;
  }

  /**
   * Writes sequence numbers {@code from} to {@code from + count - 1} of an array, of which the low 16 bits count; in
   * ascending (wrapping) order they pack best. Returns how many the message holds: fewer when the room ends, 0 when
   * none fits.
   */
  public static int write(RtcpWriter writer, int senderSsrc, int mediaSsrc, int[] sequences, int from, int count) {
    int maxItems = (writer.remaining() - Rtcp.FEEDBACK_HEADER_LENGTH) / ITEM_LENGTH;
    int items = 0;
    int end = from;
    while (end < from + count && items < maxItems) {
      end = itemEnd(sequences, end, from + count);
      items++;
    }
    if (items == 0) {
      return 0;
    }
    int bytes = Rtcp.FEEDBACK_HEADER_LENGTH + items * ITEM_LENGTH;
    long start = writer.beginFeedback(Rtcp.TRANSPORT_LAYER_FEEDBACK, FORMAT, bytes, senderSsrc, mediaSsrc);
    long at = start + Rtcp.FEEDBACK_HEADER_LENGTH;
    for (int i = from; i < end; at += ITEM_LENGTH) {
      int next = itemEnd(sequences, i, end);
      int mask = 0;
      for (int j = i + 1; j < next; j++) {
        mask |= 1 << distance(sequences[i], sequences[j]) - 1;
      }
      BigEndian.put16(writer.segment(), at, sequences[i]);
      BigEndian.put16(writer.segment(), at + 2, mask);
      i = next;
    }
    return end - from;
  }

  /** The first index after {@code start} that the same item can't name. */
  private static int itemEnd(int[] sequences, int start, int end) {
    for (int i = start + 1; i < end; i++) {
      int distance = distance(sequences[start], sequences[i]);
      if (distance == 0 || distance > FOLLOWING) {
        return i;
      }
    }
    return end;
  }

  private static int distance(int from, int to) {
    return to - from & 0xffff;
  }
}
