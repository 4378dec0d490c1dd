package sfu.node.media.consumer;

import sfu.node.media.producer.InboundPacket;
import sfu.node.media.producer.ProducerStream;
import sfu.protocol.codec.PayloadInfo;

/**
 * Makes one seamless stream of several. From one switch to the next (a span) sequence numbers, timestamps and picture
 * ids are shifted by constants; at a switch the constants are chosen so that each continues where the last span ended.
 * Spans are remembered, so that a number the viewer asks for again is found back in the stream it came from: nothing is
 * kept per packet.
 */
final class StreamRewriter {
  /** Spans remembered: switches within the time that packets are worth sending again. */
  private static final int SPANS = 4;

  private static final int MASK = SPANS - 1;

  private final ProducerStream[] streams = new ProducerStream[SPANS];
  private final long[] firstOut = new long[SPANS];
  private final long[] firstIn = new long[SPANS];
  private final int[] timestampShift = new int[SPANS];
  private final int[] pictureIdShift = new int[SPANS];
  private final int[] tl0Shift = new int[SPANS];
  private int spans;
  private int span = -1;

  private long lastOut;
  private int lastTimestamp;
  private int lastPictureId;
  private int lastTl0;
  private long lastForwardNanos;

  /** {@code firstSequence}: the first number to go out, 0 to 65535; low ones keep SRTP's roll-over far away (RFC 3711, 3.3.1). */
  StreamRewriter(int firstSequence) {
    this.lastOut = firstSequence - 1L;
  }

  /** Begins a span with {@code packet}, the first of a key frame, or any of an audio stream. */
  void switchTo(InboundPacket packet, long nowNanos) {
    boolean continues = spans > 0;
    int next = (span + 1) & MASK;
    int shift = continues ? timestampShift(packet, nowNanos) : 0;
    streams[next] = packet.stream();
    firstOut[next] = lastOut + 1;
    firstIn[next] = packet.sequence();
    timestampShift[next] = shift;
    pictureIdShift[next] = continues ? lastPictureId + 1 - packet.info().pictureId() : 0;
    tl0Shift[next] = continues ? lastTl0 + 1 - packet.info().tl0PicIdx() : 0;
    span = next;
    spans = Math.min(spans + 1, SPANS);
  }

  /**
   * How far the new stream's RTP clock must be moved to run on from the old one's. Sender reports of both tell it to the
   * tick; until they have come, the time since the last packet stands in. Never backwards.
   */
  private int timestampShift(InboundPacket packet, long nowNanos) {
    ProducerStream to = packet.stream();
    ProducerStream from = streams[span];
    // At least one, since no two frames may share a timestamp.
    int elapsed = (int) Math.max(1, (nowNanos - lastForwardNanos) * to.clockRate() / 1_000_000_000L);
    int aligned;
    if (to == from) {
      aligned = packet.timestamp() + timestampShift[span];
    } else if (to.senderReport().isKnown() && from.senderReport().isKnown()) {
      aligned = to.senderReport().timestampIn(from.senderReport(), packet.timestamp()) + timestampShift[span];
    } else {
      aligned = lastTimestamp + elapsed;
    }
    int step = aligned - lastTimestamp;
    if (step > elapsed + to.clockRate() || step < -to.clockRate()) {
      // A sender that began anew, or reports that contradict each other.
      aligned = lastTimestamp + elapsed;
    } else if (step <= 0) {
      aligned = lastTimestamp + 1;
    }
    return aligned - packet.timestamp();
  }

  /** Whether a packet belongs to the running span: of its stream and not from before its start. */
  boolean covers(InboundPacket packet) {
    return span >= 0 && streams[span] == packet.stream() && packet.sequence() >= firstIn[span];
  }

  /** Points all that follows at the running span. */
  int currentSpan() {
    return span;
  }

  /** The number under which a packet of a span goes out, unwrapped. */
  long sequence(int ofSpan, long in) {
    return in - firstIn[ofSpan] + firstOut[ofSpan];
  }

  int timestamp(int ofSpan, int in) {
    return in + timestampShift[ofSpan];
  }

  int pictureId(int ofSpan, int in) {
    return in + pictureIdShift[ofSpan];
  }

  int tl0PicIdx(int ofSpan, int in) {
    return (in + tl0Shift[ofSpan]) & 0xff;
  }

  /** A packet of the running span went out. */
  void forwarded(long out, InboundPacket packet, long nowNanos) {
    if (out > lastOut) {
      lastOut = out;
      lastTimestamp = timestamp(span, packet.timestamp());
      lastForwardNanos = nowNanos;
      PayloadInfo info = packet.info();
      if (packet.isUnderstood() && info.hasPictureId()) {
        lastPictureId = pictureId(span, info.pictureId());
      }
      if (packet.isUnderstood() && info.hasTl0PicIdx()) {
        lastTl0 = tl0PicIdx(span, info.tl0PicIdx());
      }
    }
  }

  /** Whether anything went out yet. */
  boolean hasStarted() {
    return spans > 0;
  }

  /** The highest number that went out, unwrapped. */
  long lastOut() {
    return lastOut;
  }

  /** The RTP timestamp of the packet {@link #lastOut}, 0 before the first. */
  int lastTimestamp() {
    return lastTimestamp;
  }

  /** The span that a 16-bit number of a NACK lies in, or -1 if none that is remembered. */
  int spanOf(int sequence16) {
    long out = unwrap(sequence16);
    for (int i = 0; i < spans; i++) {
      int candidate = (span - i) & MASK;
      if (out >= firstOut[candidate]) {
        return out <= lastOut ? candidate : -1;
      }
    }
    return -1;
  }

  /** Back from the number that went out to the one that came in. */
  long inSequence(int ofSpan, int sequence16) {
    return unwrap(sequence16) - firstOut[ofSpan] + firstIn[ofSpan];
  }

  ProducerStream stream(int ofSpan) {
    return streams[ofSpan];
  }

  private long unwrap(int sequence16) {
    return lastOut + (short) (sequence16 - (int) lastOut);
  }
}
