package sfu.protocol.bwe;

/**
 * Whether packets take longer and longer, which is a queue that grows: the slope of the one-way delay over the last groups,
 * by least squares, against a threshold that follows what is usual on this line, so that a jittery one isn't taken for a full
 * one, nor a TCP flow beside us starves us (draft-ietf-rmcat-gcc-02, 5.4; the slope in place of its Kalman filter). A queue
 * that is long already counts as one that grows unless it gets shorter. Single-threaded.
 */
final class DelayTrend {
  /** What the line does. */
  enum Usage {
    NORMAL,
    /** Delays grow: more is sent than is carried. */
    OVERUSED,
    /** Delays shrink: a queue drains. */
    UNDERUSED
  }

  private static final int WINDOW = 20;
  private static final double SMOOTHING = 0.9;
  private static final int MAX_GROUPS = 60;
  private static final double GAIN = 4;

  private static final double INITIAL_THRESHOLD_MILLIS = 12.5;
  private static final double MIN_THRESHOLD_MILLIS = 6;
  private static final double MAX_THRESHOLD_MILLIS = 600;

  /** Beyond the threshold by this: an outage, which is not to make us deaf. */
  private static final double OUTLIER_MILLIS = 15;

  private static final double RISE = 0.0087;
  private static final double FALL = 0.039;
  private static final double MAX_STEP_MILLIS = 100;

  /** It has to be so for this long to be believed. */
  private static final double OVERUSE_MILLIS = 10;

  /** A queue this long is one, whatever the slope: on a line that is far too narrow twenty groups take seconds to arrive. */
  private static final double LONG_QUEUE_MILLIS = 300;

  /** The shortest delay is that of the last one to two such periods: clocks differ, and routes change. */
  private static final long FLOOR_NANOS = 10_000_000_000L;

  /** It is said no more often: whoever fills the queue may be another, and what was reduced takes its time to show. */
  private static final long LONG_QUEUE_NANOS = 2_000_000_000L;

  private final float[] atMillis = new float[WINDOW];
  private final float[] delayMillis = new float[WINDOW];
  private long originNanos;
  private int slot;
  private int groups;
  private double accumulated;
  private double shortest;
  private double shortestBefore;
  private long floorNanos;
  private long longQueueNanos;
  private double smoothed;
  private double threshold = INITIAL_THRESHOLD_MILLIS;
  private long thresholdNanos = Long.MIN_VALUE;
  private double overMillis = -1;
  private int overGroups;
  private double previousSlope;
  private Usage usage = Usage.NORMAL;

  /** Takes a group's deltas and the time it arrived at, all in nanoseconds. */
  void add(long sentDelta, long arrivalDelta, long arrivalNanos) {
    if (groups == 0) {
      originNanos = arrivalNanos;
      floorNanos = arrivalNanos;
      longQueueNanos = arrivalNanos - LONG_QUEUE_NANOS;
    }
    double growth = (arrivalDelta - sentDelta) / 1e6;
    accumulated += growth;
    lowerFloor(arrivalNanos);
    smoothed = SMOOTHING * smoothed + (1 - SMOOTHING) * accumulated;
    slot = (slot + 1) % WINDOW;
    atMillis[slot] = (float) ((arrivalNanos - originNanos) / 1e6);
    delayMillis[slot] = (float) smoothed;
    groups = Math.min(groups + 1, MAX_GROUPS);
    double slope = groups >= WINDOW ? slope() : previousSlope;
    detect(slope, sentDelta / 1e6, arrivalNanos);
    boolean isLong = accumulated - Math.min(shortest, shortestBefore) > LONG_QUEUE_MILLIS;
    if (isLong && growth > 0 && slope >= 0 && arrivalNanos - longQueueNanos >= LONG_QUEUE_NANOS) {
      longQueueNanos = arrivalNanos;
      usage = Usage.OVERUSED;
    }
    if (atMillis[slot] > 1e6f) {
      // Floats tell a tenth of a millisecond apart only so far from their origin.
      moveOrigin(arrivalNanos);
    }
  }

  private void lowerFloor(long arrivalNanos) {
    if (arrivalNanos - floorNanos > FLOOR_NANOS) {
      floorNanos = arrivalNanos;
      shortestBefore = shortest;
      shortest = accumulated;
    }
    shortest = Math.min(shortest, accumulated);
  }

  /** Packets take another way now: what was before says nothing of what comes. The threshold is kept. */
  void reset() {
    groups = 0;
    accumulated = 0;
    smoothed = 0;
    shortest = 0;
    shortestBefore = 0;
    previousSlope = 0;
    overMillis = -1;
    overGroups = 0;
    usage = Usage.NORMAL;
  }

  private void moveOrigin(long arrivalNanos) {
    float by = (float) ((arrivalNanos - originNanos) / 1e6);
    for (int i = 0; i < WINDOW; i++) {
      atMillis[i] -= by;
    }
    originNanos = arrivalNanos;
  }

  /** In milliseconds of delay per millisecond. */
  private double slope() {
    double sumAt = 0;
    double sumDelay = 0;
    for (int i = 0; i < WINDOW; i++) {
      sumAt += atMillis[i];
      sumDelay += delayMillis[i];
    }
    double meanAt = sumAt / WINDOW;
    double meanDelay = sumDelay / WINDOW;
    double covariance = 0;
    double variance = 0;
    for (int i = 0; i < WINDOW; i++) {
      double at = atMillis[i] - meanAt;
      covariance += at * (delayMillis[i] - meanDelay);
      variance += at * at;
    }
    return variance == 0 ? previousSlope : covariance / variance;
  }

  private void detect(double slope, double sentDeltaMillis, long nowNanos) {
    double trend = groups * slope * GAIN;
    if (trend > threshold) {
      overMillis = overMillis < 0 ? sentDeltaMillis / 2 : overMillis + sentDeltaMillis;
      overGroups++;
      if (overMillis > OVERUSE_MILLIS && overGroups > 1 && slope >= previousSlope) {
        overMillis = 0;
        overGroups = 0;
        usage = Usage.OVERUSED;
      }
    } else {
      overMillis = -1;
      overGroups = 0;
      usage = trend < -threshold ? Usage.UNDERUSED : Usage.NORMAL;
    }
    previousSlope = slope;
    adapt(Math.abs(trend), nowNanos);
  }

  private void adapt(double trend, long nowNanos) {
    double stepMillis =
        thresholdNanos == Long.MIN_VALUE ? 0 : Math.min((nowNanos - thresholdNanos) / 1e6, MAX_STEP_MILLIS);
    thresholdNanos = nowNanos;
    if (trend > threshold + OUTLIER_MILLIS) {
      return;
    }
    threshold += (trend < threshold ? FALL : RISE) * (trend - threshold) * stepMillis;
    threshold = Math.clamp(threshold, MIN_THRESHOLD_MILLIS, MAX_THRESHOLD_MILLIS);
  }

  Usage usage() {
    return usage;
  }
}
