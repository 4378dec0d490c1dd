package sfu.protocol.bwe;

/**
 * The rate that loss allows: a tenth lost and more is a line that drops what it can't carry, without a queue that would
 * show it; little is what any radio link has (draft-ietf-rmcat-gcc-02, 6). Rates in bit/s. Single-threaded.
 */
final class LossBasedRate {
  private static final double HIGH = 0.1;
  private static final double LOW = 0.02;
  private static final double INCREASE = 1.08;

  /** A verdict takes so many packets, and this long. */
  private static final int MIN_PACKETS = 20;

  private static final long PERIOD_NANOS = 500_000_000L;

  private double limitBps = Double.POSITIVE_INFINITY;
  private int arrived;
  private int lost;
  private long sinceNanos = Long.MIN_VALUE;

  double bps() {
    return limitBps;
  }

  void arrived() {
    arrived++;
  }

  void lost() {
    lost++;
  }

  /** What was told lost came after all. */
  void recovered() {
    lost = Math.max(0, lost - 1);
  }

  /** A probe showed that so much gets through. */
  void probed(double bps) {
    limitBps = Math.max(limitBps, bps);
  }

  /**
   * Draws the conclusion if it is time; true if the limit became lower. {@code estimateBps}: what may be sent now, {@code
   * deliveredBps}: what arrived of late. What was sent is what was lost of, however much may have been.
   */
  boolean update(double estimateBps, double deliveredBps, long nowNanos) {
    if (sinceNanos == Long.MIN_VALUE) {
      sinceNanos = nowNanos;
    }
    int packets = arrived + lost;
    if (packets < MIN_PACKETS || nowNanos - sinceNanos < PERIOD_NANOS) {
      return false;
    }
    double share = (double) lost / packets;
    arrived = 0;
    lost = 0;
    sinceNanos = nowNanos;
    if (share > HIGH) {
      double sentBps = deliveredBps / (1 - share);
      double lower = Math.min(estimateBps, sentBps) * (1 - share / 2);
      boolean isLower = lower < limitBps;
      limitBps = Math.min(limitBps, lower);
      return isLower;
    }
    if (share <= LOW && limitBps != Double.POSITIVE_INFINITY) {
      limitBps *= INCREASE;
    }
    return false;
  }
}
