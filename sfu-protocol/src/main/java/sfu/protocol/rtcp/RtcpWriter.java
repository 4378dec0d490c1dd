package sfu.protocol.rtcp;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;

/**
 * Appends RTCP packets to one datagram, up to a limit. Each message's class writes into it and says false (or 0) when
 * there is no room, which leaves the datagram as it was. Headers are right at any time, so there is nothing to
 * finish. Reused; confined to one thread.
 */
public final class RtcpWriter {
  private static final int VERSION_BITS = 0x80;

  private MemorySegment segment = MemorySegment.NULL;
  private long offset;
  private int capacity;
  private int length;
  private int packetStart;

  /** Starts an empty datagram that may take {@code capacity} bytes. */
  public RtcpWriter wrap(MemorySegment segment, long offset, int capacity) {
    this.segment = segment;
    this.offset = offset;
    this.capacity = capacity;
    length = 0;
    packetStart = -1;
    return this;
  }

  /** What was written, in bytes: a multiple of 4. */
  public int length() {
    return length;
  }

  /** Room left, in bytes. */
  public int remaining() {
    return capacity - length;
  }

  public MemorySegment segment() {
    return segment;
  }

  /** Where the datagram starts in the segment. */
  public long offset() {
    return offset;
  }

  /**
   * Begins a packet of {@code bytes} (a multiple of 4, header included) and writes its header. Returns where it
   * starts in the segment, or -1 when there is no room.
   */
  long begin(int packetType, int count, int bytes) {
    if (bytes > remaining()) {
      return -1;
    }
    packetStart = length;
    long start = offset + length;
    BigEndian.put8(segment, start + Rtcp.FLAGS_FIELD_OFFSET, VERSION_BITS | count);
    BigEndian.put8(segment, start + Rtcp.PACKET_TYPE_FIELD_OFFSET, packetType);
    BigEndian.put16(segment, start + Rtcp.LENGTH_FIELD_OFFSET, bytes / 4 - 1);
    length += bytes;
    return start;
  }

  /** Begins a feedback message (RFC 4585, 6.1) with its two SSRCs, as {@link #begin} does. */
  long beginFeedback(int packetType, int format, int bytes, int senderSsrc, int mediaSsrc) {
    long start = begin(packetType, format, bytes);
    if (start >= 0) {
      BigEndian.put32(segment, start + Rtcp.SENDER_SSRC_FIELD_OFFSET, senderSsrc);
      BigEndian.put32(segment, start + Rtcp.MEDIA_SSRC_FIELD_OFFSET, mediaSsrc);
    }
    return start;
  }

  /**
   * Lets the last packet grow by an item of {@code bytes} (a multiple of 4) and counts it in the header. Returns
   * where the item starts in the segment, or -1 when there is no room, no packet, or the count is full.
   */
  long grow(int bytes) {
    if (packetStart < 0 || bytes > remaining()) {
      return -1;
    }
    long packet = offset + packetStart;
    int flags = BigEndian.getU8(segment, packet + Rtcp.FLAGS_FIELD_OFFSET);
    if ((flags & Rtcp.MAX_COUNT) == Rtcp.MAX_COUNT) {
      return -1;
    }
    BigEndian.put8(segment, packet + Rtcp.FLAGS_FIELD_OFFSET, flags + 1);
    long item = offset + length;
    length += bytes;
    BigEndian.put16(segment, packet + Rtcp.LENGTH_FIELD_OFFSET, (length - packetStart) / 4 - 1);
    return item;
  }

  /** The type of the packet that was begun last; -1 before the first. */
  int packetType() {
    return packetStart < 0 ? -1 : BigEndian.getU8(segment, offset + packetStart + Rtcp.PACKET_TYPE_FIELD_OFFSET);
  }
}
