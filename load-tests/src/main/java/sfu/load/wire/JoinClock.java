package sfu.load.wire;

/** How long a participant waited from its first connect to its first media. Confined to its loop. */
final class JoinClock {

  private final Totals totals;
  private final long beganNanos;
  private long firstMediaNanos = -1;

  /** {@code totals}: of the loop, which hears of the first media too. */
  JoinClock(Totals totals, long beganNanos) {
    this.totals = totals;
    this.beganNanos = beganNanos;
  }

  Totals totals() {
    return totals;
  }

  /** A stream's first packet came. */
  void onMedia(long nowNanos) {
    if (firstMediaNanos < 0) {
      firstMediaNanos = Math.max(0, nowNanos - beganNanos);
      totals.onJoined(firstMediaNanos);
    }
  }

  /** From the connect to the first packet of anybody, -1 before. */
  long firstMediaNanos() {
    return firstMediaNanos;
  }
}
