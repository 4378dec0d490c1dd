package sfu.load.nativepeer;

/** How late a thread runs what it is to run every 10 ms. Thread-safe. */
final class StallMeter {

  static final long INTERVAL_NANOS = 10_000_000;

  private long dueNanos;
  private boolean began;
  private long longestNanos;

  /** It ran now. After a stall it runs more often until it is on time again. */
  synchronized void ran(long nowNanos) {
    if (!began) {
      began = true;
      dueNanos = nowNanos;
    }
    longestNanos = Math.max(longestNanos, nowNanos - dueNanos);
    dueNanos += INTERVAL_NANOS;
  }

  /** The longest delay since the last call. */
  synchronized long takeLongestNanos() {
    long longest = longestNanos;
    longestNanos = 0;
    return longest;
  }
}
