package sfu.node.media.relay;

import java.util.Arrays;
import sfu.node.media.producer.InboundPacket;
import sfu.node.media.producer.ProducerStream;
import sfu.protocol.rtp.RtpPacket;
import sfu.protocol.stream.PacketHistory;

/**
 * One layer of a producer on its way to a link. Between two breaks (a span) its numbers are shifted by a constant; a span
 * of video begins with a key frame and goes on where the last one ended. As long as spans end because the other end
 * wanted it so, it is one stream to it. When one ends otherwise, the epoch changes, and nothing more is sent until the
 * other end shows that it knows: what comes then continues nothing.
 */
final class RelayLayer {
  /** Spans remembered: as many as may begin within the time that packets are worth sending again. */
  private static final int SPANS = 4;

  private static final int MASK = SPANS - 1;

  /** A jump in numbers that SRTP's receivers still can follow (RFC 3711, 3.3.1), with much to spare. */
  private static final int MAX_STEP = 1 << 13;

  private final RelaySource source;
  private final ProducerStream stream;
  private final LinkStream out;
  private final RtpPacket recalled = new RtpPacket();
  private final PacketHistory.Found found = new PacketHistory.Found();
  private final long[] firstOut = new long[SPANS];
  private final long[] firstIn = new long[SPANS];
  private int spans;
  private int span;
  private int epoch;
  private boolean wanted;
  private boolean flowing;

  RelayLayer(RelaySource source, ProducerStream stream, LinkStream out) {
    this.source = source;
    this.stream = stream;
    this.out = out;
  }

  RelaySource source() {
    return source;
  }

  ProducerStream stream() {
    return stream;
  }

  /** Its own, on the link. */
  int ssrc() {
    return out.ssrc;
  }

  LinkStream out() {
    return out;
  }

  int epoch() {
    return epoch;
  }

  /** Whether the other end wants it, and knows of its epoch. */
  boolean isWanted() {
    return wanted;
  }

  // -- the way of a packet out ---------------------------------------------------------------------------------------

  /** Sends a packet that was offered, if it is of the span that runs or begins one. */
  void forward(InboundPacket packet, long now) {
    if (!wanted || packet.isStale() || !flowing && !begin(packet, now)) {
      return;
    }
    if (packet.sequence() < firstIn[span]) {
      return;
    }
    long sequence = packet.sequence() - firstIn[span] + firstOut[span];
    if (Math.abs(sequence - out.lastSequence()) > MAX_STEP) {
      breakOff();
      source.report();
      return;
    }
    boolean sent =
        source.link().writer().send(
            source.link().sender(),
            source.link().path(),
            packet.segment(),
            packet.offset(),
            packet.headerLength(),
            packet.payloadLength(),
            out.ssrc,
            (int) sequence & 0xffff);
    if (sent) {
      out.sent(sequence);
    }
  }

  private boolean begin(InboundPacket packet, long now) {
    if (!packet.beginsKeyFrame()) {
      // Requests end when nobody answers for long. Here is a sign of life: joins the one that runs, or begins another.
      stream.requestKeyFrame(now);
      return false;
    }
    span = spans == 0 ? 0 : span + 1 & MASK;
    spans = Math.min(spans + 1, SPANS);
    firstOut[span] = out.lastSequence() + 1;
    firstIn[span] = packet.sequence();
    flowing = true;
    return true;
  }

  /** The other end misses a packet: sends it again if it is there. What it never got from its client nobody can have. */
  void resend(int sequence16, long now) {
    long sequence = out.lastSequence() + (short) (sequence16 - (int) out.lastSequence());
    int in = source.rtxPayloadType() < 0 ? -1 : spanOf(sequence);
    if (in < 0) {
      return;
    }
    int original = (int) (sequence - firstOut[in] + firstIn[in]) & 0xffff;
    if (!stream.history().find(original, now, found)
        || !recalled.wrap(found.segment(), found.offset(), found.length())) {
      return;
    }
    boolean sent =
        source.link().writer().sendAgain(
            source.link().sender(),
            source.link().path(),
            found.segment(),
            found.offset(),
            recalled.headerLength(),
            recalled.payloadLength(),
            out,
            source.rtxPayloadType(),
            sequence16);
    if (sent) {
      source.link().context().counters.retransmissions++;
    }
  }

  private int spanOf(long sequence) {
    for (int i = 0; i < spans; i++) {
      int candidate = span - i & MASK;
      if (sequence >= firstOut[candidate]) {
        return sequence <= out.lastSequence() ? candidate : -1;
      }
    }
    return -1;
  }

  // -- what flows ----------------------------------------------------------------------------------------------------

  /** The other end wants it. What it says of an epoch that is past doesn't count. */
  void want(int ofEpoch, long now) {
    boolean wants = ofEpoch == epoch;
    if (wants && !wanted) {
      wanted = true;
      stream.watch();
      requestKeyFrame(now);
    } else if (!wants) {
      unwant();
    }
  }

  /** The other end has no use for it now. */
  void unwant() {
    flowing = false;
    if (wanted) {
      wanted = false;
      stream.unwatch();
    }
  }

  /** It can't go on, though the other end would have it: true if that ends an epoch, which the other end has to learn. */
  boolean breakOff() {
    flowing = false;
    if (spans == 0) {
      return false;
    }
    spans = 0;
    epoch++;
    unwant();
    return true;
  }

  void onKeyFrameRequest(long now) {
    if (wanted) {
      requestKeyFrame(now);
    }
  }

  /** Asks the client, unless it is asked already. */
  void requestKeyFrame(long now) {
    if (!source.producer().isPaused()) {
      stream.requestKeyFrame(now);
    }
  }

  void close(long now) {
    unwant();
    Arrays.fill(firstIn, 0);
    spans = 0;
    source.link().streams().release(out, now);
  }
}
