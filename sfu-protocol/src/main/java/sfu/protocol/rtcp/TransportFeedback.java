package sfu.protocol.rtcp;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;

/**
 * Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1): which
 * packets of a transport arrived, and when. Times are in ticks of 250 µs of the receiver's clock. {@link
 * TransportFeedbackWriter} writes it.
 */
public final class TransportFeedback {
  /** Length of a tick, in nanoseconds. */
  public static final long TICK_NANOS = 250_000;

  static final int FORMAT = 15;
  static final int BASE_SEQUENCE_FIELD_OFFSET = 12;
  static final int PACKET_COUNT_FIELD_OFFSET = 14;
  static final int REFERENCE_TIME_FIELD_OFFSET = 16;
  static final int FEEDBACK_COUNT_FIELD_OFFSET = 19;
  static final int CHUNKS_OFFSET = 20;
  static final int CHUNK_LENGTH = 2;

  /** The reference time counts 64 ms. */
  static final int TICKS_PER_REFERENCE = 256;

  static final int LOST = 0;
  static final int SMALL_DELTA = 1;
  static final int LARGE_DELTA = 2;

  static final int VECTOR_FLAG = 0x8000;
  static final int TWO_BIT_FLAG = 0x4000;
  static final int RUN_SYMBOL_SHIFT = 13;
  static final int MAX_RUN_LENGTH = 0x1fff;
  static final int ONE_BIT_SYMBOLS = 14;
  static final int TWO_BIT_SYMBOLS = 7;

  private MemorySegment segment = MemorySegment.NULL;
  private long offset;
  private int length;
  private int deltasOffset;

  /** What one feedback message says of one packet. */
  @FunctionalInterface
  public interface PacketHandler {
    /**
     * {@code sequence} is the transport-wide number, 0..65535; {@code arrivalTicks} is in ticks of 250 µs from a
     * start that only the receiver knows, -1 if it wasn't received. It is consistent between messages but wraps with
     * the reference time of 24 bits, every 12 days.
     */
    void onPacket(int sequence, boolean received, long arrivalTicks);
  }

  /**
   * Reads the reader's current packet, to its end: false when it is another message or malformed, and what is true
   * can be handed out by {@link #forEach} without a check.
   */
  public boolean wrap(RtcpReader reader) {
    segment = reader.segment();
    offset = reader.offset();
    length = reader.length();
    return reader.isFeedback(Rtcp.TRANSPORT_LAYER_FEEDBACK, FORMAT, CHUNKS_OFFSET) && measure();
  }

  /** Finds where the chunks end and checks that all deltas are there. */
  private boolean measure() {
    int left = packetCount();
    int at = CHUNKS_OFFSET;
    int deltaBytes = 0;
    while (left > 0) {
      if (at + CHUNK_LENGTH > length) {
        return false;
      }
      int chunk = BigEndian.getU16(segment, offset + at);
      at += CHUNK_LENGTH;
      int symbols = Math.min(left, symbolCount(chunk));
      if (symbols == 0) {
        return false;
      }
      if ((chunk & VECTOR_FLAG) == 0) {
        deltaBytes += symbols * symbol(chunk, 0);
        if (symbol(chunk, 0) > LARGE_DELTA) {
          return false;
        }
      } else {
        for (int i = 0; i < symbols; i++) {
          int symbol = symbol(chunk, i);
          if (symbol > LARGE_DELTA) {
            return false;
          }
          deltaBytes += symbol;
        }
      }
      left -= symbols;
    }
    deltasOffset = at;
    // A symbol's number is also the length of its delta in bytes.
    return at + deltaBytes <= length;
  }

  private static int symbolCount(int chunk) {
    if ((chunk & VECTOR_FLAG) == 0) {
      return chunk & MAX_RUN_LENGTH;
    }
    return (chunk & TWO_BIT_FLAG) == 0 ? ONE_BIT_SYMBOLS : TWO_BIT_SYMBOLS;
  }

  private static int symbol(int chunk, int index) {
    if ((chunk & VECTOR_FLAG) == 0) {
      return chunk >>> RUN_SYMBOL_SHIFT;
    }
    return (chunk & TWO_BIT_FLAG) == 0
        ? chunk >>> ONE_BIT_SYMBOLS - 1 - index & 1
        : chunk >>> 2 * (TWO_BIT_SYMBOLS - 1 - index) & 3;
  }

  public int senderSsrc() {
    return BigEndian.get32(segment, offset + Rtcp.SENDER_SSRC_FIELD_OFFSET);
  }

  public int mediaSsrc() {
    return BigEndian.get32(segment, offset + Rtcp.MEDIA_SSRC_FIELD_OFFSET);
  }

  /** The first transport-wide sequence number, 0..65535. */
  public int baseSequence() {
    return BigEndian.getU16(segment, offset + BASE_SEQUENCE_FIELD_OFFSET);
  }

  /** How many packets it tells about, lost ones counted, 0..65535. */
  public int packetCount() {
    return BigEndian.getU16(segment, offset + PACKET_COUNT_FIELD_OFFSET);
  }

  /** What the deltas add to, in ticks: the signed 24-bit reference time of 64 ms units. */
  public long referenceTicks() {
    int reference = BigEndian.getU24(segment, offset + REFERENCE_TIME_FIELD_OFFSET) << 8 >> 8;
    return (long) reference * TICKS_PER_REFERENCE;
  }

  /** A counter of feedback messages, 0..255, by which the loss of one shows. */
  public int feedbackCount() {
    return BigEndian.getU8(segment, offset + FEEDBACK_COUNT_FIELD_OFFSET);
  }

  /** Hands out all packets in order of their sequence numbers. */
  public void forEach(PacketHandler handler) {
    int sequence = baseSequence();
    long ticks = referenceTicks();
    int left = packetCount();
    long delta = offset + deltasOffset;
    for (long at = offset + CHUNKS_OFFSET; left > 0; at += CHUNK_LENGTH) {
      int chunk = BigEndian.getU16(segment, at);
      int symbols = Math.min(left, symbolCount(chunk));
      left -= symbols;
      for (int i = 0; i < symbols; i++) {
        int symbol = symbol(chunk, i);
        if (symbol == LOST) {
          handler.onPacket(sequence, false, -1);
        } else {
          ticks += symbol == SMALL_DELTA ? BigEndian.getU8(segment, delta) : (short) BigEndian.getU16(segment, delta);
          delta += symbol;
          handler.onPacket(sequence, true, ticks);
        }
        sequence = sequence + 1 & 0xffff;
      }
    }
  }
}
