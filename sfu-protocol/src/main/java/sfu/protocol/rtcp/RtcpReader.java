package sfu.protocol.rtcp;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;

/**
 * Walks the packets of one RTCP datagram (RFC 3550, 6.1), compound or reduced-size (RFC 5506), and stops at the first
 * that is malformed: what came before it stands. Reused; confined to one thread.
 *
 * <pre>{@code
 * reader.wrap(segment, offset, length);
 * while (reader.next()) {
 *   switch (reader.packetType()) { … if (nack.wrap(reader)) … }
 * }
 * }</pre>
 */
public final class RtcpReader {
  private static final int VERSION = 2;
  private static final int PADDING_FLAG = 0x20;

  private MemorySegment segment = MemorySegment.NULL;
  private long position;
  private long end;
  private long offset;
  private int length;
  private boolean malformed;

  /** Points to a datagram, before its first packet. */
  public RtcpReader wrap(MemorySegment segment, long offset, int length) {
    this.segment = segment;
    position = offset;
    malformed = offset < 0 || length < 0 || length > segment.byteSize() - offset;
    end = offset + length;
    this.offset = offset;
    this.length = 0;
    return this;
  }

  /** Moves to the next packet. Returns false at the end, and at a malformed packet. */
  public boolean next() {
    if (malformed || position == end) {
      return false;
    }
    malformed = !readHeader();
    return !malformed;
  }

  private boolean readHeader() {
    if (end - position < Rtcp.HEADER_LENGTH) {
      return false;
    }
    int flags = BigEndian.getU8(segment, position + Rtcp.FLAGS_FIELD_OFFSET);
    int total = 4 * (BigEndian.getU16(segment, position + Rtcp.LENGTH_FIELD_OFFSET) + 1);
    if (flags >>> 6 != VERSION || total > end - position) {
      return false;
    }
    int padding = 0;
    if ((flags & PADDING_FLAG) != 0) {
      padding = BigEndian.getU8(segment, position + total - 1);
      if (padding == 0 || padding > total - Rtcp.HEADER_LENGTH || !mayBePadded(flags, total, padding)) {
        return false;
      }
    }
    offset = position;
    length = total - padding;
    position += total;
    return true;
  }

  /**
   * Only the last packet of a compound may be padded, and by whole words (RFC 3550, 6.4.1). Transport-wide feedback is
   * something else again: libwebrtc pads it by as many bytes as its deltas leave to the next word, wherever it stands.
   */
  private boolean mayBePadded(int flags, int total, int padding) {
    int packetType = BigEndian.getU8(segment, position + Rtcp.PACKET_TYPE_FIELD_OFFSET);
    boolean isTransportFeedback =
        packetType == Rtcp.TRANSPORT_LAYER_FEEDBACK && (flags & Rtcp.MAX_COUNT) == TransportFeedback.FORMAT;
    return isTransportFeedback || position + total == end && (padding & 3) == 0;
  }

  /** Whether reading ended early. */
  public boolean malformed() {
    return malformed;
  }

  /** One of the constants of {@link Rtcp}, or another that 192..223 leaves room for: not validated. */
  public int packetType() {
    return BigEndian.getU8(segment, offset + Rtcp.PACKET_TYPE_FIELD_OFFSET);
  }

  /** The report or source count, or the feedback format: 0..31. */
  public int count() {
    return BigEndian.getU8(segment, offset + Rtcp.FLAGS_FIELD_OFFSET) & Rtcp.MAX_COUNT;
  }

  public MemorySegment segment() {
    return segment;
  }

  /** Where the current packet's header starts in the segment. */
  public long offset() {
    return offset;
  }

  /**
   * The current packet with its header and without its padding, in bytes: at least 4, and a multiple of 4 but for
   * transport-wide feedback.
   */
  public int length() {
    return length;
  }

  /** Whether the current packet is a feedback message of this type and format and holds its fixed part. */
  boolean isFeedback(int packetType, int format, int minLength) {
    return packetType() == packetType && count() == format && length >= minLength;
  }
}
