package sfu.protocol.bwe;

/**
 * Finds out whether a line carries more than what is sent on it, when more is wanted: has some packets sent beside the
 * media at a higher rate, for a moment. Media alone can't tell: they are no more than they are. Grows by factors while the
 * line follows, and waits longer and longer where it doesn't.
 *
 * <p>No clock and no packets of its own: {@link #poll} says what is to be sent now and {@link #nextNanos} when to ask
 * again. Single-threaded, allocates nothing.
 */
public final class Prober {
  private static final int STEPS = 5;
  private static final long STEP_NANOS = 5_000_000L;

  /** A packet's worth, and more in all than what many a line lets pass at once however narrow it is. */
  private static final int MIN_STEP_BYTES = 1_200;

  /** How far beyond the estimate: at first nothing is known of the line, later a step too far costs somebody's picture. */
  private static final double FIRST_FACTOR = 3;

  private static final double FACTOR = 2;

  /** After the line was full: its queue drains, and what filled it may still be there. */
  private static final long AFTER_CONGESTION_NANOS = 3_000_000_000L;

  private static final long FIRST_WAIT_NANOS = 5_000_000_000L;
  private static final long MAX_WAIT_NANOS = 20_000_000_000L;

  /** A line that is full again this soon after a probe found it wider was none. */
  private static final long REFUTED_NANOS = 10_000_000_000L;

  private static final long VERDICT_PERIOD_NANOS = 50_000_000L;

  private static final long NEVER = Long.MIN_VALUE;

  private final BandwidthEstimator estimator;
  private long wantedBps;
  private long targetBps;
  private long stepNanos;
  private int stepsLeft;
  private boolean running;
  private boolean isFirst = true;
  private long waitNanos = FIRST_WAIT_NANOS;
  private long allowedNanos = NEVER;
  private long nextNanos = Long.MAX_VALUE;
  private long raisedNanos = NEVER;
  private boolean followed;
  private long probes;

  public Prober(BandwidthEstimator estimator) {
    this.estimator = estimator;
  }

  /** What would be sent if the line carried it, with room for ups and downs; when that isn't known, 0. */
  public void want(long bps, long nowNanos) {
    judgeLast(nowNanos);
    wantedBps = bps;
    if (!running) {
      nextNanos = isWorthwhile() ? Math.max(nowNanos, allowedNanos()) : Long.MAX_VALUE;
    }
  }

  private void waitAfter(long nanos) {
    allowedNanos = nanos + waitNanos;
    waitNanos = Math.min(2 * waitNanos, MAX_WAIT_NANOS);
  }

  private boolean isWorthwhile() {
    return wantedBps > estimator.estimateBps();
  }

  private long allowedNanos() {
    long lowered = estimator.loweredNanos();
    return lowered == NEVER ? allowedNanos : Math.max(allowedNanos, lowered + AFTER_CONGESTION_NANOS);
  }

  /** Whether what the last probe found has turned out to be true, or not; as long as neither is known, nothing changes. */
  private void judgeLast(long nowNanos) {
    long lowered = estimator.loweredNanos();
    if (raisedNanos == NEVER) {
      return;
    }
    if (lowered != NEVER && lowered > raisedNanos) {
      boolean refuted = lowered - raisedNanos < REFUTED_NANOS;
      raisedNanos = NEVER;
      if (refuted && followed) {
        waitAfter(lowered);
      } else if (!refuted) {
        waitNanos = FIRST_WAIT_NANOS;
      }
    } else if (nowNanos - raisedNanos > REFUTED_NANOS) {
      raisedNanos = NEVER;
      waitNanos = FIRST_WAIT_NANOS;
    }
  }

  /**
   * Bytes that are to be sent now, all at once; 0 for none. Beside all else: media come in bursts, and what they leave of a
   * rate for a moment could be nothing.
   */
  public int poll(long nowNanos) {
    if (nowNanos < nextNanos) {
      return 0;
    }
    if (!running) {
      return isWorthwhile() && nowNanos >= allowedNanos() ? begin(nowNanos) : sleep(nowNanos);
    }
    if (stepsLeft > 0) {
      return step(nowNanos);
    }
    onFeedback(nowNanos);
    return 0;
  }

  private int sleep(long nowNanos) {
    want(wantedBps, nowNanos);
    return 0;
  }

  private int begin(long nowNanos) {
    double factor = isFirst ? FIRST_FACTOR : FACTOR;
    targetBps = (long) Math.min(wantedBps, factor * estimator.estimateBps());
    isFirst = false;
    running = true;
    probes++;
    stepsLeft = STEPS;
    stepNanos = Math.max(STEP_NANOS, MIN_STEP_BYTES * 8_000_000_000L / targetBps);
    estimator.probeBegins(nowNanos);
    return step(nowNanos);
  }

  private int step(long nowNanos) {
    stepsLeft--;
    if (stepsLeft == 0) {
      estimator.probeEnds(nowNanos);
      nextNanos = nowNanos + VERDICT_PERIOD_NANOS;
    } else {
      nextNanos = nowNanos + stepNanos;
    }
    return (int) (targetBps * (stepNanos / 1e9) / 8);
  }

  /** Feedback came: maybe on a probe. True if a probe raised the estimate. */
  public boolean onFeedback(long nowNanos) {
    if (!running || stepsLeft > 0) {
      return false;
    }
    long before = estimator.estimateBps();
    Probe.Verdict verdict = estimator.probeVerdict(nowNanos);
    if (verdict == Probe.Verdict.OPEN) {
      nextNanos = nowNanos + VERDICT_PERIOD_NANOS;
      return false;
    }
    running = false;
    boolean raised = estimator.estimateBps() > before;
    if (raised) {
      raisedNanos = nowNanos;
    }
    followed = verdict == Probe.Verdict.FITS && raised;
    if (followed) {
      allowedNanos = nowNanos;
    } else {
      waitAfter(nowNanos);
    }
    want(wantedBps, nowNanos);
    return raised;
  }

  /** When {@link #poll} is to be called, on the clock of its argument; {@link Long#MAX_VALUE} for never. */
  public long nextNanos() {
    return nextNanos;
  }

  /** Probes begun. */
  public long probes() {
    return probes;
  }
}
