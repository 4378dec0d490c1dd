package sfu.protocol.rtcp;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import sfu.protocol.rtp.BigEndian;

/**
 * What the worker that receives a producer tells one that relays it, all of it each time: whether it is paused or
 * closed, and of each layer, whether or not it crosses now, if its sender sends it, at which bit rate, and on which
 * wall clock. An RTCP APP packet of subtype 0 (RFC 3550, 6.7):
 *
 * <pre>
 *   0 as any {@link RelayPacket}
 *  20 flags: 1 paused, 2 closed; 24 bits of zeros
 *  24 per layer, lowest first: SSRC (4), epoch (4), flags (1: 1 active, 2 clock known), 3 zeros, bit/s (4), NTP (8),
 *     RTP (4)
 * </pre>
 */
public final class RelayReport {
  static final int SUBTYPE = 0;

  private static final int FLAGS_FIELD_OFFSET = RelayPacket.HEADER_LENGTH;
  private static final int LAYERS_OFFSET = FLAGS_FIELD_OFFSET + 4;
  private static final int LAYER_LENGTH = 28;
  private static final int EPOCH_OFFSET = 4;
  private static final int LAYER_FLAGS_OFFSET = 8;
  private static final int BITRATE_OFFSET = 12;
  private static final int NTP_OFFSET = 16;
  private static final int RTP_OFFSET = 24;
  private static final int PAUSED = 1;
  private static final int CLOSED = 2;
  private static final int ACTIVE = 1;
  private static final int CLOCK_KNOWN = 2;
  private static final long MAX_BITRATE = 0xffff_ffffL;

  private MemorySegment segment = MemorySegment.NULL;
  private long offset;
  private int layers;

  /** Reads the reader's current packet. Returns false when it is another message or malformed. */
  public boolean wrap(RtcpReader reader) {
    segment = reader.segment();
    offset = reader.offset();
    layers = Math.max(0, reader.length() - LAYERS_OFFSET) / LAYER_LENGTH;
    return RelayPacket.is(reader, SUBTYPE, LAYERS_OFFSET);
  }

  /** Which relay it is about: the SSRC of its lowest layer. */
  public int relay() {
    return BigEndian.get32(segment, offset + RelayPacket.RELAY_FIELD_OFFSET);
  }

  /** Higher than that of the reports before, as serial numbers compare. */
  public int number() {
    return BigEndian.get32(segment, offset + RelayPacket.NUMBER_FIELD_OFFSET);
  }

  public boolean isPaused() {
    return (BigEndian.getU8(segment, offset + FLAGS_FIELD_OFFSET) & PAUSED) != 0;
  }

  public boolean isClosed() {
    return (BigEndian.getU8(segment, offset + FLAGS_FIELD_OFFSET) & CLOSED) != 0;
  }

  public int layerCount() {
    return layers;
  }

  public int ssrc(int layer) {
    return BigEndian.get32(segment, at(layer));
  }

  /** Counts how often the layer's stream on the link was broken off: what comes next continues nothing. */
  public int epoch(int layer) {
    return BigEndian.get32(segment, at(layer) + EPOCH_OFFSET);
  }

  /** Whether its sender sends it. */
  public boolean isActive(int layer) {
    return (BigEndian.getU8(segment, at(layer) + LAYER_FLAGS_OFFSET) & ACTIVE) != 0;
  }

  /** Whether {@link #ntpTimestamp} and {@link #rtpTimestamp} say something. */
  public boolean isClockKnown(int layer) {
    return (BigEndian.getU8(segment, at(layer) + LAYER_FLAGS_OFFSET) & CLOCK_KNOWN) != 0;
  }

  /** Received by its worker over the last seconds, in bit/s of RTP. */
  public long bitrateBps(int layer) {
    return BigEndian.getU32(segment, at(layer) + BITRATE_OFFSET);
  }

  /** What the sender's wall clock showed when this was sent. */
  public long ntpTimestamp(int layer) {
    return BigEndian.get64(segment, at(layer) + NTP_OFFSET);
  }

  /** The same instant in the layer's clock. */
  public int rtpTimestamp(int layer) {
    return BigEndian.get32(segment, at(layer) + RTP_OFFSET);
  }

  private long at(int layer) {
    Objects.checkIndex(layer, layers);
    return offset + LAYERS_OFFSET + (long) layer * LAYER_LENGTH;
  }

  /**
   * Begins a report with room for so many layers, each of which {@link #layer} then writes. Returns where it starts in
   * the segment, or -1 when there is no room.
   */
  public static long write(
      RtcpWriter writer, int senderSsrc, int relay, int number, boolean paused, boolean closed, int layers) {
    int bytes = LAYERS_OFFSET + layers * LAYER_LENGTH;
    long at = RelayPacket.begin(writer, SUBTYPE, bytes, senderSsrc, relay, number);
    if (at >= 0) {
      int flags = (paused ? PAUSED : 0) | (closed ? CLOSED : 0);
      BigEndian.put32(writer.segment(), at + FLAGS_FIELD_OFFSET, flags << 24);
    }
    return at;
  }

  /** Writes a layer without a clock into the report that begins at {@code report}; a bit rate is cut to 32 bits. */
  public static void layer(
      RtcpWriter writer, long report, int layer, int ssrc, int epoch, boolean active, long bitrateBps) {
    MemorySegment segment = writer.segment();
    long at = report + LAYERS_OFFSET + (long) layer * LAYER_LENGTH;
    BigEndian.put32(segment, at, ssrc);
    BigEndian.put32(segment, at + EPOCH_OFFSET, epoch);
    BigEndian.put32(segment, at + LAYER_FLAGS_OFFSET, (active ? ACTIVE : 0) << 24);
    BigEndian.put32(segment, at + BITRATE_OFFSET, (int) Math.min(MAX_BITRATE, bitrateBps));
    BigEndian.put64(segment, at + NTP_OFFSET, 0);
    BigEndian.put32(segment, at + RTP_OFFSET, 0);
  }

  /** Adds the clock to a layer that was written. */
  public static void clock(RtcpWriter writer, long report, int layer, long ntpTimestamp, int rtpTimestamp) {
    MemorySegment segment = writer.segment();
    long at = report + LAYERS_OFFSET + (long) layer * LAYER_LENGTH;
    int flags = BigEndian.getU8(segment, at + LAYER_FLAGS_OFFSET);
    BigEndian.put8(segment, at + LAYER_FLAGS_OFFSET, flags | CLOCK_KNOWN);
    BigEndian.put64(segment, at + NTP_OFFSET, ntpTimestamp);
    BigEndian.put32(segment, at + RTP_OFFSET, rtpTimestamp);
  }
}
