package sfu.node.media.consumer;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.media.producer.InboundPacket;
import sfu.protocol.bwe.BandwidthEstimator;
import sfu.protocol.bwe.Prober;
import sfu.protocol.stream.TransportWideSender;

/**
 * What the line to one viewer carries of video beside the voices: by what it tells of the packets that it gets, and by
 * probes when more is wanted than that shows. Voices are never told of; they fill the line all the same, so what is found is
 * what they leave. A viewer that can't tell gets what there is. Confined to the loop's thread.
 */
final class Line {
  /** Enough for a usual camera's highest layer, so that a call of two begins with it. */
  private static final long START_BPS = 3_000_000;

  private static final long MIN_BPS = 100_000;

  /** Who could tell of packets and hasn't for this long will never. */
  private static final long SILENCE_NANOS = 5_000_000_000L;

  /** A line that was full this lately may still be. */
  private static final long NARROW_NANOS = 60_000_000_000L;

  /** Packets of the past that a probe repeats, so that it looks like video to the line; a viewer ignores them. */
  private static final int REPEATED = 32;

  /** Nothing but padding (RFC 3550, 5.1), where there is no video to repeat or less than a packet is to go. */
  private static final int MAX_PADDING = 255;

  private static final int MIN_PADDING = 40;

  /** What may be sent is RTP; with what is around it, a line has to carry this times as much at the very most. */
  private static final long MAX_AROUND = 2;

  /** More than this times what was believed: another line, or one that had never been measured. */
  private static final double MUCH_WIDER = 1.5;

  /** What a packet has around its RTP: extensions, SRTP's tag, UDP and IP. It fills a line as well. */
  private static final int AROUND_PACKET_BYTES = 16 + 16 + 28;

  /** What is left of a line for RTP with what is around it. */
  private static final double SHARE_OF_RTP = 0.94;

  private static final Logger LOG = LoggerFactory.getLogger(Line.class);

  private final ConsumerTransport transport;
  private final long maxBps;
  private final BandwidthEstimator estimator;
  private final Prober prober;
  private final TransportWideSender transportWide;
  private InboundPacket repeated;
  private int repetitions;
  private boolean isMeasured;
  private boolean isToldOf;
  private long firstSentNanos = Long.MIN_VALUE;
  private long sentBytes;
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
    if (firstSentNanos == Long.MIN_VALUE) {
      firstSentNanos = nowNanos;
    }
    int bytes = rtpBytes + AROUND_PACKET_BYTES;
    sentBytes += bytes;
    return transportWide.onSending(bytes, nowNanos);
  }

  /** Something is consumed whose packets the viewer will tell of, and that can carry probes. */
  void measure() {
    isMeasured = true;
  }

  /** What it carries of video, in bit/s of RTP; all there is if the viewer can't tell. */
  long bps(long nowNanos) {
    boolean isDeaf =
        !isToldOf && firstSentNanos != Long.MIN_VALUE && nowNanos - firstSentNanos > SILENCE_NANOS;
    return isMeasured && !isDeaf ? (long) (estimator.estimateBps() * SHARE_OF_RTP) : Long.MAX_VALUE;
  }

  /** Whether it has shown to carry less than may be sent: lately, or ever if that still limits what is sent. */
  boolean isNarrow(boolean limits, long nowNanos) {
    long lowered = estimator.loweredNanos();
    return lowered != Long.MIN_VALUE && (limits || nowNanos - lowered < NARROW_NANOS) && bps(nowNanos) < maxBps;
  }

  /** A message of feedback was taken whole. True if the line carries more or less than was believed. */
  boolean onFeedback(long roundTripNanos, long nowNanos) {
    isToldOf = true;
    boolean lowered = estimator.onFeedbackEnd(roundTripNanos, nowNanos);
    if (lowered) {
      transport.context().counters.reductions++;
    }
    long before = estimator.estimateBps();
    prober.onFeedback(nowNanos);
    return hasRisenFrom(before, nowNanos) || lowered;
  }

  private boolean hasRisenFrom(long before, long nowNanos) {
    long now = estimator.estimateBps();
    if (now > before * MUCH_WIDER) {
      widerNanos = nowNanos;
    }
    if (now > before && LOG.isDebugEnabled()) {
      LOG.debug("transport {}: a probe found that its line carries {} bit/s", transport.id(), now);
    }
    return now > before;
  }

  /** When it was last found to be another than it was, much wider; {@link Long#MIN_VALUE} if never. */
  long widerNanos() {
    return widerNanos;
  }

  /** More video is wanted than is sent, in bit/s of RTP; or 0. Returns when to call {@link #onTimer}. */
  long want(long bps, long nowNanos) {
    prober.want(isMeasured ? (long) (bps / SHARE_OF_RTP) : 0, nowNanos);
    return prober.nextNanos();
  }

  /** Probes if it is time, or ends a probe that nobody told of. Returns when to call again. */
  long onTimer(long nowNanos) {
    long before = estimator.estimateBps();
    int bytes = prober.poll(nowNanos);
    if (bytes > 0) {
      probe(bytes, nowNanos);
    }
    if (hasRisenFrom(before, nowNanos)) {
      transport.reallocate();
    }
    return prober.nextNanos();
  }

  /** Packets go another way now. */
  void pathChanged() {
    estimator.pathChanged();
  }

  private void probe(int bytes, long nowNanos) {
    Consumer carrier = carrier();
    long end = sentBytes + bytes;
    while (carrier != null && sentBytes < end) {
      int left = (int) (end - sentBytes) - AROUND_PACKET_BYTES;
      if (!repeat(carrier, left, nowNanos)
          && !transport.writer().sendPadding(carrier, Math.clamp(left, MIN_PADDING, MAX_PADDING))) {
        return;
      }
      transport.context().counters.probePackets++;
    }
  }

  /** Sends a packet of the past again, if one of at most this many bytes can be found. */
  private boolean repeat(Consumer carrier, int bytes, long nowNanos) {
    StreamRewriter rewriter = carrier.rewriter();
    if (bytes <= MAX_PADDING || !rewriter.hasStarted()) {
      return false;
    }
    if (repeated == null) {
      repeated = new InboundPacket();
    }
    repetitions = (repetitions + 1) % REPEATED;
    int sequence16 = (int) (rewriter.lastOut() - repetitions) & 0xffff;
    return carrier.recall(sequence16, nowNanos, repeated)
        && repeated.payloadLength() <= bytes
        && carrier.resend(sequence16, repeated);
  }

  /** Whose RTX stream carries probes: one that flows, else any. */
  private Consumer carrier() {
    Consumer any = null;
    List<Consumer> consumers = transport.consumers();
    for (int i = 0; i < consumers.size(); i++) {
      Consumer consumer = consumers.get(i);
      if (consumer.isMeasured()) {
        if (consumer.current() != null) {
          return consumer;
        }
        any = consumer;
      }
    }
    return any;
  }
}
