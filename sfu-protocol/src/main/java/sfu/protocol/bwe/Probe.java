package sfu.protocol.bwe;

/**
 * The measurement of one probe: what was sent from its beginning to its end, media included, and how fast that arrived. Its
 * packets go in steps, all of one step at once, so rates are taken between steps. Single-threaded.
 */
final class Probe {
  /** What became of a probe. */
  enum Verdict {
    /** Not all that is to be known is. */
    OPEN,
    /** It arrived as fast as it was sent: maybe more would. */
    FITS,
    /** It arrived more slowly: that is what the line carries. */
    SATURATED,
    /** Too much of it was lost, or nothing was told of it. */
    FAILED
  }

  private static final long PATIENCE_NANOS = 2_000_000_000L;
  private static final double MIN_ARRIVED = 0.8;
  private static final double SATURATED_BELOW = 0.9;

  /** Of what a full line carries this is used, so that its queue drains. */
  private static final double UTILISATION = 0.95;

  /** Faster than this times what was sent is no rate, but packets that were held back and let go together. */
  private static final double MAX_COMPRESSION = 2;

  private static final long MIN_SPAN_NANOS = 1_000_000L;
  private static final double BITS_NANOS = 8e9;

  private boolean running;
  private boolean ended;
  private long beginNanos;
  private long endNanos;
  private long bytes;
  private long arrivedBytes;
  private long firstStepArrivedBytes;
  private long firstStepArrivalNanos;
  private long lastStepBytes;
  private long lastArrivalNanos;
  private boolean isTold;
  private double resultBps;

  boolean isRunning() {
    return running;
  }

  /** The first step is about to be sent. */
  void begin(long nowNanos) {
    running = true;
    ended = false;
    isTold = false;
    beginNanos = nowNanos;
    endNanos = nowNanos;
    bytes = 0;
    arrivedBytes = 0;
    firstStepArrivedBytes = 0;
    firstStepArrivalNanos = Long.MIN_VALUE;
    lastStepBytes = 0;
    lastArrivalNanos = Long.MIN_VALUE;
  }

  /** The last step was sent now. */
  void end(long nowNanos) {
    ended = true;
    endNanos = nowNanos;
  }

  /** Takes the fate of a packet, whether it is of the probe or not. */
  void onResult(long sentNanos, boolean arrived, long arrivalNanos, int packetBytes) {
    if (!running || sentNanos < beginNanos) {
      return;
    }
    if (ended && sentNanos > endNanos) {
      isTold = true;
      return;
    }
    bytes += packetBytes;
    if (sentNanos == endNanos) {
      lastStepBytes += packetBytes;
    }
    if (!arrived) {
      return;
    }
    arrivedBytes += packetBytes;
    lastArrivalNanos = Math.max(lastArrivalNanos, arrivalNanos);
    if (sentNanos == beginNanos) {
      firstStepArrivedBytes += packetBytes;
      firstStepArrivalNanos = Math.max(firstStepArrivalNanos, arrivalNanos);
    }
  }

  /** What is known by now; anything but {@link Verdict#OPEN} ends it. */
  Verdict verdict(long nowNanos) {
    boolean late = nowNanos - beginNanos > PATIENCE_NANOS;
    if (!late && !(ended && isTold)) {
      return Verdict.OPEN;
    }
    running = false;
    long sentSpan = endNanos - beginNanos;
    if (!ended
        || sentSpan < MIN_SPAN_NANOS
        || firstStepArrivalNanos == Long.MIN_VALUE
        || arrivedBytes < MIN_ARRIVED * bytes) {
      return Verdict.FAILED;
    }
    double sentBps = (bytes - lastStepBytes) * BITS_NANOS / sentSpan;
    long arrivalSpan = Math.max(MIN_SPAN_NANOS, lastArrivalNanos - firstStepArrivalNanos);
    double arrivedBps = (arrivedBytes - firstStepArrivedBytes) * BITS_NANOS / arrivalSpan;
    if (arrivedBps > MAX_COMPRESSION * sentBps) {
      return Verdict.FAILED;
    }
    boolean saturated = arrivedBps < SATURATED_BELOW * sentBps;
    resultBps = saturated ? UTILISATION * arrivedBps : Math.min(sentBps, arrivedBps);
    return saturated ? Verdict.SATURATED : Verdict.FITS;
  }

  /** What gets through, in bit/s, after a verdict of {@link Verdict#FITS} or {@link Verdict#SATURATED}. */
  double resultBps() {
    return resultBps;
  }
}
