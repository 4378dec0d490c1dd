package sfu.node.media.consumer;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

  /** What may be sent is RTP; with what is around it, a line has to carry this times as much at the very most. */
  private static final long MAX_AROUND = 2;

  private static final double MUCH_WIDER = 1.5;

  /** What a packet has around its RTP: extensions, SRTP's tag, UDP and IP. It fills a line as well. */
  private static final int AROUND_PACKET_BYTES = 16 + 16 + 28;

  /** What is left of a line for the RTP of video. */
  private static final double SHARE_OF_VIDEO = 0.94;

  /** What is around the fifty packets of a voice each second. */
  private static final long AROUND_VOICE_BPS = 50 * AROUND_PACKET_BYTES * 8;

  private static final Logger LOG = LoggerFactory.getLogger(Line.class);

  private final ConsumerTransport transport;
  private final long maxBps;
  private final BandwidthEstimator estimator;
  private final Prober prober;
  private final TransportWideSender transportWide;
  private InboundPacket repeated;
  private int repetitions;
  private boolean isTold;
  private long widerNanos = Long.MIN_VALUE;

  Line(ConsumerTransport transport, long maxBps) {
    this.transport = transport;
    this.maxBps = maxBps;
    this.estimator = new BandwidthEstimator(START_BPS, MIN_BPS, MAX_AROUND * maxBps);
    this.prober = new Prober(estimator);
    this.transportWide = new TransportWideSender(estimator);
  }

  TransportWideSender transportWide() {
    return transportWide;
  }

  /** A packet is about to be sent. Returns its transport-wide sequence number. */
  int onSending(int rtpBytes, long nowNanos) {
    return transportWide.onSending(rtpBytes + AROUND_PACKET_BYTES, nowNanos);
  }

  /** Something is consumed whose packets the viewer will tell of. */
  void isTold() {
    isTold = true;
  }

  /** What it carries of RTP besides so many voices' surroundings, in bit/s; all there is if the viewer can't tell. */
  long bps(int voices) {
    return isTold
        ? (long) (estimator.estimateBps() * SHARE_OF_VIDEO) - voices * AROUND_VOICE_BPS
        : Long.MAX_VALUE;
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
    long before = estimator.estimateBps();
    boolean raised = prober.onFeedback(nowNanos);
    if (raised && estimator.estimateBps() > before * MUCH_WIDER) {
      widerNanos = nowNanos;
    }
    if (raised || lowered) {
      LOG.debug(
          "transport {}: its line carries {} bit/s{}",
          transport.id(), estimator.estimateBps(), raised ? ", a probe found" : "");
    }
    return raised || lowered;
  }

  /** When it was last found to be another than it was, much wider; {@link Long#MIN_VALUE} if never. */
  long widerNanos() {
    return widerNanos;
  }

  /** More is wanted than is sent, in bit/s of RTP, so many voices among it; or 0. Returns when to call {@link #onTimer}. */
  long want(long bps, int voices, long nowNanos) {
    boolean wants = isTold && bps > 0;
    prober.want(wants ? (long) (bps / SHARE_OF_VIDEO) + voices * AROUND_VOICE_BPS : 0, nowNanos);
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
