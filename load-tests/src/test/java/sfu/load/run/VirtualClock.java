package sfu.load.run;

/** Time that passes when somebody waits for it, and may run out. */
final class VirtualClock implements RunClock {

  private long nowNanos;
  private long stopAtNanos = Long.MAX_VALUE;

  void stopAt(double seconds) {
    stopAtNanos = (long) (seconds * 1e9);
  }

  double seconds() {
    return nowNanos / 1e9;
  }

  @Override
  public long nowNanos() {
    return nowNanos;
  }

  @Override
  public void sleepUntil(long nanos) {
    nowNanos = Math.max(nowNanos, nanos);
  }

  @Override
  public boolean isStopped() {
    return nowNanos >= stopAtNanos;
  }
}
