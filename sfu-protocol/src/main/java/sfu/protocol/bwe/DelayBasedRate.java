package sfu.protocol.bwe;

import sfu.protocol.bwe.DelayTrend.Usage;

/**
 * The rate that keeps queues short: down to below what arrived as soon as they grow, slowly up again while they don't
 * (additive near where they last grew, else multiplicative), and never by itself far beyond what is really sent
 * (draft-ietf-rmcat-gcc-02, 5.5 and 5.6). Rates in bit/s. Single-threaded.
 */
final class DelayBasedRate {
  private static final double DECREASE = 0.85;
  private static final double INCREASE_A_SECOND = 1.08;

  /** More than this times what arrives was never tried. Probes are, for more. */
  private static final double MAX_UNTRIED = 1.15;

  private static final double UNTRIED_BPS = 10_000;
  private static final double PACKET_BITS = 1_200 * 8;
  private static final double MIN_ADDITIVE_BPS = 4_000;
  private static final double FRAMES_A_SECOND = 30;
  private static final long RESPONSE_NANOS = 100_000_000L;
  private static final long MIN_REDUCTION_NANOS = 10_000_000L;
  private static final long MAX_REDUCTION_NANOS = 200_000_000L;
  private static final double NANOS_A_SECOND = 1e9;

  private final double minBps;
  private double rateBps;
  private long updatedNanos = Long.MIN_VALUE;
  private long reducedNanos = Long.MIN_VALUE;
  private boolean holding;

  /** What arrived while queues grew, smoothed, and its variance relative to it; 0 while unknown. */
  private double capacityBps;

  private double capacityVariance;

  DelayBasedRate(double startBps, double minBps) {
    this.rateBps = startBps;
    this.minBps = minBps;
  }

  double bps() {
    return rateBps;
  }

  /** A probe showed that so much gets through. */
  void probed(double bps, long nowNanos) {
    if (bps > rateBps) {
      rateBps = bps;
      updatedNanos = nowNanos;
      if (bps > capacityBps + 3 * deviation()) {
        capacityBps = 0;
      }
    }
  }

  /** Takes what the line does and what arrived of late. */
  void update(Usage usage, double deliveredBps, long roundTripNanos, long nowNanos) {
    double sinceSeconds =
        updatedNanos == Long.MIN_VALUE ? 0 : Math.min((nowNanos - updatedNanos) / NANOS_A_SECOND, 1);
    updatedNanos = nowNanos;
    switch (usage) {
      case OVERUSED -> reduce(deliveredBps, roundTripNanos, nowNanos);
      case UNDERUSED -> holding = true;
      case NORMAL -> {
        if (!holding) {
          increase(deliveredBps, roundTripNanos, sinceSeconds);
        }
        holding = false;
      }
    }
  }

  private void increase(double deliveredBps, long roundTripNanos, double sinceSeconds) {
    if (capacityBps > 0 && deliveredBps > capacityBps + 3 * deviation()) {
      capacityBps = 0;
    }
    double limit = MAX_UNTRIED * deliveredBps + UNTRIED_BPS;
    if (rateBps < limit) {
      double raised =
          capacityBps > 0
              ? rateBps + additiveBps(roundTripNanos) * sinceSeconds
              : rateBps * Math.pow(INCREASE_A_SECOND, sinceSeconds);
      rateBps = Math.min(raised, limit);
    }
  }

  /** About one packet a response time, in bit/s each second. */
  private double additiveBps(long roundTripNanos) {
    double frameBits = rateBps / FRAMES_A_SECOND;
    double packetBits = frameBits / Math.ceil(frameBits / PACKET_BITS);
    return Math.max(MIN_ADDITIVE_BPS, packetBits / ((roundTripNanos + RESPONSE_NANOS) / NANOS_A_SECOND));
  }

  private void reduce(double deliveredBps, long roundTripNanos, long nowNanos) {
    holding = true;
    if (!mayReduce(deliveredBps, roundTripNanos, nowNanos)) {
      return;
    }
    double reduced = DECREASE * deliveredBps;
    if (reduced > rateBps && capacityBps > 0) {
      reduced = DECREASE * capacityBps;
    }
    if (capacityBps > 0 && deliveredBps < capacityBps - 3 * deviation()) {
      capacityBps = 0;
    }
    learnCapacity(deliveredBps);
    rateBps = Math.max(minBps, Math.min(rateBps, reduced));
    reducedNanos = nowNanos;
  }

  /** What was reduced shows in the delays a round trip later; before that only when it was far too little. */
  private boolean mayReduce(double deliveredBps, long roundTripNanos, long nowNanos) {
    return reducedNanos == Long.MIN_VALUE
        || nowNanos - reducedNanos >= Math.clamp(roundTripNanos, MIN_REDUCTION_NANOS, MAX_REDUCTION_NANOS)
        || deliveredBps < rateBps / 2;
  }

  private void learnCapacity(double deliveredBps) {
    if (capacityBps == 0) {
      capacityBps = deliveredBps;
      capacityVariance = 0.4;
      return;
    }
    double error = capacityBps - deliveredBps;
    capacityBps = 0.95 * capacityBps + 0.05 * deliveredBps;
    double norm = Math.max(capacityBps, 1);
    // In kbit/s as the draft has it: so the deviation grows with the root of the capacity.
    capacityVariance = Math.clamp(0.95 * capacityVariance + 0.05 * error * error / norm / 1_000, 0.4, 2.5);
  }

  private double deviation() {
    return Math.sqrt(capacityVariance * capacityBps * 1_000);
  }
}
