package sfu.node.media.consumer;

import java.util.List;
import sfu.node.media.producer.InboundPacket;
import sfu.protocol.bwe.BandwidthEstimator;
import sfu.protocol.bwe.Prober;
import sfu.protocol.stream.TransportWideSender;

/**
 * What the line to one viewer carries: by what it tells of the packets that it gets, and by probes when more is wanted than
 * that shows. A viewer that can't tell (no transport-wide sequence numbers were negotiated) gets what there is. Confined to the
 * loop's thread.
 */
final class Line {
  /** Enough for one camera at its best, so that a call of two begins with it. */
  private static final long START_BPS = 3_000_000;

  private static final long MIN_BPS = 100_000;

  /** Packets of the past that a probe repeats, so that it looks like video to the line; a viewer ignores them. */
  private static final int REPEATED = 32;

  /** Nothing but padding (RFC 3550, 5.1), where there is no video to repeat or less than a packet is to go. */
  private static final int MAX_PADDING = 255;

  private static final int MIN_PADDING = 40;

  private final ConsumerTransport transport;
  private final long maxBps;
  private final BandwidthEstimator estimator;
  private final Prober prober;
  private final TransportWideSender transportWide;
  private InboundPacket repeated;
  private int repetitions;
  private boolean isTold;
  private long raisedNanos = Long.MIN_VALUE;

  Line(ConsumerTransport transport, long maxBps) {
    this.transport = transport;
    this.maxBps = maxBps;
    this.estimator = new BandwidthEstimator(START_BPS, MIN_BPS, maxBps);
    this.prober = new Prober(estimator);
    this.transportWide = new TransportWideSender(estimator);
  }

  TransportWideSender transportWide() {
    return transportWide;
  }

  /** Something is consumed whose packets the viewer will tell of. */
  void isTold() {
    isTold = true;
  }

  /** In bit/s of RTP; all there is if the viewer can't tell. */
  long bps() {
    return isTold ? estimator.estimateBps() : Long.MAX_VALUE;
  }

  /** Whether it has shown to carry less than may be sent. */
  boolean isNarrow() {
    return isTold && estimator.loweredNanos() != Long.MIN_VALUE && estimator.estimateBps() < maxBps;
  }

  /** A message of feedback was taken whole. True if the line carries more or less than was believed. */
  boolean onFeedback(long roundTripNanos, long nowNanos) {
    boolean lowered = estimator.onFeedbackEnd(roundTripNanos, nowNanos);
    if (lowered) {
      transport.context().counters.congestions++;
    }
    boolean raised = prober.onFeedback(nowNanos);
    if (raised) {
      raisedNanos = nowNanos;
    }
    return raised || lowered;
  }

  /** When a probe last showed that it carries more than was believed; {@link Long#MIN_VALUE} if none did. */
  long raisedNanos() {
    return raisedNanos;
  }

  /** More is wanted than is sent, in bit/s; or 0. Returns when to call {@link #onTimer}. */
  long want(long bps, long nowNanos) {
    prober.want(isTold ? bps : 0, nowNanos);
    return prober.nextNanos();
  }

  /** Probes if it is time. Returns when to call again. */
  long onTimer(long nowNanos) {
    int bytes = prober.poll(nowNanos);
    if (bytes > 0) {
      probe(bytes, nowNanos);
    }
    return prober.nextNanos();
  }

  private void probe(int bytes, long nowNanos) {
    Consumer carrier = carrier();
    int left = carrier == null ? 0 : bytes;
    while (left > 0) {
      int sent = repeat(carrier, left, nowNanos);
      if (sent == 0) {
        sent = Math.clamp(left, MIN_PADDING, MAX_PADDING);
        if (!transport.writer().sendPadding(carrier, sent)) {
          return;
        }
      }
      transport.context().counters.probePackets++;
      left -= sent;
    }
  }

  /** Sends a packet of the past again, if one of at most this many bytes can be found. Returns its size or 0. */
  private int repeat(Consumer carrier, int bytes, long nowNanos) {
    StreamRewriter rewriter = carrier.rewriter();
    if (bytes <= MAX_PADDING || !rewriter.hasStarted()) {
      return 0;
    }
    if (repeated == null) {
      repeated = new InboundPacket();
    }
    int sequence16 = (int) (rewriter.lastOut() - repetitions++ % REPEATED) & 0xffff;
    if (!carrier.recall(sequence16, nowNanos, repeated) || repeated.payloadLength() > bytes) {
      return 0;
    }
    return carrier.resend(sequence16, repeated) ? repeated.payloadLength() : 0;
  }

  /** Whose RTX stream carries probes: one that flows, else any. */
  private Consumer carrier() {
    Consumer any = null;
    List<Consumer> consumers = transport.consumers();
    for (int i = 0; i < consumers.size(); i++) {
      Consumer consumer = consumers.get(i);
      if (consumer.rtxPayloadType() >= 0 && consumer.extensions().hasTransportSequence()) {
        if (consumer.current() != null) {
          return consumer;
        }
        any = consumer;
      }
    }
    return any;
  }
}
