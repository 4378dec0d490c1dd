package sfu.protocol.bwe;

import sfu.protocol.bwe.DelayTrend.Usage;
import sfu.protocol.stream.BitrateMeter;
import sfu.protocol.stream.TransportWideSender;

/**
 * What a line carries, from what its far end says of each packet (draft-holmer-rmcat-transport-wide-cc-extensions-01): delays
 * that grow and packets that get lost lower the estimate, probes and what arrives raise it (draft-ietf-rmcat-gcc-02).
 * Single-threaded; allocates nothing after its construction.
 */
public final class BandwidthEstimator implements TransportWideSender.Listener {
  /** Some frames long, and short enough to follow. */
  private static final long DELIVERED_WINDOW_NANOS = 500_000_000L;

  /** What is usual across half the world. */
  private static final long UNKNOWN_ROUND_TRIP_NANOS = 200_000_000L;

  /** A clock that steps back by more was set anew. */
  private static final long MAX_STEP_BACK_NANOS = 3_000_000_000L;

  /** A probe's queue drains while media go on, and its feedback takes a round trip. */
  private static final long PROBE_QUEUE_NANOS = 600_000_000L;

  private final long minBps;
  private final long maxBps;
  private final PacketGroups groups = new PacketGroups();
  private final DelayTrend trend = new DelayTrend();
  private final BitrateMeter delivered = new BitrateMeter(DELIVERED_WINDOW_NANOS);
  private final DelayBasedRate delayBased;
  private final LossBasedRate lossBased;
  private final Probe probe = new Probe();
  private Usage usage = Usage.NORMAL;
  private boolean isOverused;
  private double overusedDeliveredBps;
  private boolean hasNews;
  private long newestArrivalNanos = Long.MIN_VALUE;
  private long estimateBps;
  private long loweredNanos = Long.MIN_VALUE;
  private long probeQueueEndsNanos = Long.MIN_VALUE;

  /** Begins at {@code startBps} and stays between {@code minBps} and {@code maxBps}. */
  public BandwidthEstimator(long startBps, long minBps, long maxBps) {
    this.minBps = Math.min(minBps, maxBps);
    this.maxBps = maxBps;
    this.estimateBps = Math.clamp(startBps, this.minBps, maxBps);
    this.delayBased = new DelayBasedRate(estimateBps, this.minBps);
    this.lossBased = new LossBasedRate(this.minBps);
  }

  /** In bit/s of packets as {@link TransportWideSender#onSending} was told their sizes. */
  public long estimateBps() {
    return estimateBps;
  }

  /** When the line last showed that it is full; {@link Long#MIN_VALUE} as long as it didn't. */
  public long loweredNanos() {
    return loweredNanos;
  }

  /** Packets take another way now, whose delay is another. */
  public void pathChanged() {
    groups.reset();
    trend.reset();
    usage = Usage.NORMAL;
    isOverused = false;
  }

  @Override
  public void onResult(long sentNanos, long arrivalNanos, int bytes, boolean again) {
    hasNews = true;
    boolean arrived = arrivalNanos != TransportWideSender.LOST;
    if (!again) {
      probe.onResult(sentNanos, arrived, arrivalNanos, bytes);
    }
    if (!arrived) {
      lossBased.lost(sentNanos);
      return;
    }
    if (again) {
      lossBased.recovered(sentNanos);
    }
    lossBased.arrived(sentNanos);
    if (groups.add(sentNanos, arrivalNanos)) {
      trend.add(groups.sentDeltaNanos(), groups.arrivalDeltaNanos(), groups.arrivalNanos());
      usage = trend.usage();
      if (usage == Usage.OVERUSED) {
        // What arrived until then: this packet is of the next group, which may come much later.
        overusedDeliveredBps = Math.max(isOverused ? overusedDeliveredBps : 0, deliveredBps());
        isOverused = true;
      }
    }
    onDelivered(bytes, arrivalNanos);
  }

  private void onDelivered(int bytes, long arrivalNanos) {
    boolean pause = arrivalNanos - newestArrivalNanos > DELIVERED_WINDOW_NANOS;
    boolean stepBack = newestArrivalNanos - arrivalNanos > MAX_STEP_BACK_NANOS;
    if (newestArrivalNanos == Long.MIN_VALUE || pause || stepBack) {
      // A rate is what comes while something comes: a screen that stands still doesn't make its line narrow.
      delivered.reset();
      newestArrivalNanos = arrivalNanos;
    }
    newestArrivalNanos = Math.max(newestArrivalNanos, arrivalNanos);
    delivered.add(bytes, newestArrivalNanos);
  }

  private double deliveredBps() {
    return newestArrivalNanos == Long.MIN_VALUE ? 0 : delivered.bitrateBps(newestArrivalNanos);
  }

  /**
   * Draws the conclusions from a message of feedback that was taken whole; true if the estimate is lower now. {@code
   * roundTripNanos}: to the far end and back, 0 if unknown.
   */
  public boolean onFeedbackEnd(long roundTripNanos, long nowNanos) {
    if (!hasNews || newestArrivalNanos == Long.MIN_VALUE) {
      return false;
    }
    hasNews = false;
    long roundTrip = roundTripNanos > 0 ? roundTripNanos : UNKNOWN_ROUND_TRIP_NANOS;
    boolean overused = isOverused || usage == Usage.OVERUSED;
    double deliveredBps = isOverused ? overusedDeliveredBps : deliveredBps();
    isOverused = false;
    // A probe of more than the line carries makes a queue for a moment. It was asked for, and says no more than the probe.
    boolean excused = probe.isRunning() || nowNanos < probeQueueEndsNanos;
    Usage judged = overused && excused ? Usage.UNDERUSED : overused ? Usage.OVERUSED : usage;
    delayBased.update(judged, deliveredBps, roundTrip, nowNanos);
    lossBased.update(estimateBps, deliveredBps, nowNanos);
    return conclude(nowNanos);
  }

  private boolean conclude(long nowNanos) {
    double bps = Math.min(delayBased.bps(), lossBased.bps());
    long before = estimateBps;
    estimateBps = Math.clamp((long) bps, minBps, maxBps);
    boolean lowered = estimateBps < before;
    if (lowered) {
      loweredNanos = nowNanos;
    }
    return lowered;
  }

  // -- probes, for the prober ----------------------------------------------------------------------------------------

  void probeBegins(long nowNanos) {
    probe.begin(nowNanos);
  }

  void probeEnds(long nowNanos) {
    probe.end(nowNanos);
    probeQueueEndsNanos = nowNanos + PROBE_QUEUE_NANOS;
  }

  /** What is known of the probe by now; whatever it showed is in the estimate then. */
  Probe.Verdict probeVerdict(long nowNanos) {
    Probe.Verdict verdict = probe.verdict(nowNanos);
    if (verdict == Probe.Verdict.FITS || verdict == Probe.Verdict.SATURATED) {
      delayBased.probed(probe.resultBps(), nowNanos);
      lossBased.probed(probe.resultBps());
      conclude(nowNanos);
    }
    return verdict;
  }
}
