package sfu.protocol.bwe;

/**
 * The rate that loss allows: a tenth lost and more is a line that drops what it can't carry, without a queue that would
 * show it; little is what any radio link has (draft-ietf-rmcat-gcc-02, 6). Rates in bit/s. Single-threaded.
 */
final class LossBasedRate {
  private static final double HIGH = 0.1;
  private static final double LOW = 0.02;
  private static final double INCREASE_A_SECOND = 1.16;

  /** A verdict takes so many packets, and this long. */
  private static final int MIN_PACKETS = 20;

  private static final long PERIOD_NANOS = 500_000_000L;

  /** What gives no verdict for this long is over. */
  private static final long MAX_PERIOD_NANOS = 2_000_000_000L;

  /** In standard deviations: chance alone makes a twentieth a tenth, for a moment. */
  private static final double DOUBT = 1.5;

  /** What arrives is carried, whatever else is lost. */
  private static final double MIN_OF_DELIVERED = 0.85;

  private final double minBps;
  private double limitBps = Double.POSITIVE_INFINITY;
  private double peakBps;
  private int arrived;
  private int lost;
  private long sinceNanos = Long.MIN_VALUE;
  private long reducedNanos = Long.MIN_VALUE;

  LossBasedRate(double minBps) {
    this.minBps = minBps;
  }

  double bps() {
    return limitBps;
  }

  /** What was sent before the last reduction can't tell of it, and is not asked again. */
  void arrived(long sentNanos) {
    if (sentNanos > reducedNanos) {
      arrived++;
    }
  }

  void lost(long sentNanos) {
    if (sentNanos > reducedNanos) {
      lost++;
    }
  }

  /** What was told lost came after all. */
  void recovered(long sentNanos) {
    if (sentNanos > reducedNanos) {
      lost = Math.max(0, lost - 1);
    }
  }

  /** A probe showed that so much gets through. */
  void probed(double bps) {
    limitBps = Math.max(limitBps, bps);
  }

  /**
   * Draws the conclusion if it is time. {@code estimateBps}: what may be sent now, {@code deliveredBps}: what arrived of
   * late. What was sent is what was lost of, however much may have been.
   */
  void update(double estimateBps, double deliveredBps, long nowNanos) {
    if (sinceNanos == Long.MIN_VALUE) {
      sinceNanos = nowNanos;
    }
    peakBps = Math.max(peakBps, deliveredBps);
    int packets = arrived + lost;
    long sinceStart = nowNanos - sinceNanos;
    if (packets < MIN_PACKETS || sinceStart < PERIOD_NANOS) {
      return;
    }
    double share = (double) lost / packets;
    if (lost - DOUBT * Math.sqrt(lost) > HIGH * packets) {
      double sentBps = peakBps / (1 - share);
      double reduced = Math.min(estimateBps, sentBps) * (1 - share / 2);
      limitBps = Math.min(limitBps, Math.max(minBps, Math.max(reduced, MIN_OF_DELIVERED * peakBps)));
      reducedNanos = nowNanos;
    } else if (sinceStart < MAX_PERIOD_NANOS) {
      return;
    } else if (share <= LOW) {
      limitBps *= Math.pow(INCREASE_A_SECOND, sinceStart / 1e9);
    }
    arrived = 0;
    lost = 0;
    peakBps = 0;
    sinceNanos = nowNanos;
  }
}
