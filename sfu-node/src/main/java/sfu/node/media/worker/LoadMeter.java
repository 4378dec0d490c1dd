package sfu.node.media.worker;

import sfu.node.media.transport.WorkerCounters;

/** A worker's rates over the last full second, and the share of it that its loop was at work. Loop thread only. */
final class LoadMeter {
  private static final long PERIOD_NANOS = 1_000_000_000L;

  private final WorkerCounters counters;
  private long periodStartNanos;
  private long waitedNanos;
  private long packetsIn;
  private long packetsOut;
  private long bytesIn;
  private long bytesOut;

  private long packetsInPerSecond;
  private long packetsOutPerSecond;
  private long bitsInPerSecond;
  private long bitsOutPerSecond;
  private double utilisation;

  LoadMeter(WorkerCounters counters, long nowNanos) {
    this.counters = counters;
    this.periodStartNanos = nowNanos;
  }

  void waited(long nanos) {
    waitedNanos += nanos;
  }

  /** Closes a period if one is over. Returns when the next will be. */
  long tick(long nowNanos) {
    long elapsed = nowNanos - periodStartNanos;
    if (elapsed >= PERIOD_NANOS) {
      packetsInPerSecond = perSecond(counters.packetsIn - packetsIn, elapsed);
      packetsOutPerSecond = perSecond(counters.packetsOut - packetsOut, elapsed);
      bitsInPerSecond = perSecond(8 * (counters.bytesIn - bytesIn), elapsed);
      bitsOutPerSecond = perSecond(8 * (counters.bytesOut - bytesOut), elapsed);
      utilisation = Math.clamp(1.0 - (double) waitedNanos / elapsed, 0.0, 1.0);
      packetsIn = counters.packetsIn;
      packetsOut = counters.packetsOut;
      bytesIn = counters.bytesIn;
      bytesOut = counters.bytesOut;
      waitedNanos = 0;
      periodStartNanos = nowNanos;
    }
    return periodStartNanos + PERIOD_NANOS;
  }

  private static long perSecond(long amount, long elapsedNanos) {
    return Math.round(amount * (double) PERIOD_NANOS / elapsedNanos);
  }

  long packetsInPerSecond() {
    return packetsInPerSecond;
  }

  long packetsOutPerSecond() {
    return packetsOutPerSecond;
  }

  long bitsInPerSecond() {
    return bitsInPerSecond;
  }

  long bitsOutPerSecond() {
    return bitsOutPerSecond;
  }

  double utilisation() {
    return utilisation;
  }
}
