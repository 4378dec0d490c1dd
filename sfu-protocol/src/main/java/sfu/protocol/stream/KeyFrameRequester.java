package sfu.protocol.stream;

/**
 * Throttles the requests for a key frame (PLI, RFC 4585, 6.3.1; FIR, RFC 5104, 4.3.1) of one received stream, whoever
 * wants one, and repeats those that go unanswered. Single-threaded.
 */
public final class KeyFrameRequester {

  /**
   * libwebrtc ignores a request that comes within 300 ms of the one before. A request as late as that often arrives just too
   * early, having had a quicker way, and costs its viewer another round: a little more loses none.
   */
  private static final long MIN_INTERVAL_NANOS = 350_000_000;

  /** What an encoder may take for a key frame, on top of the round trip, before the request counts as lost. */
  private static final long ENCODER_NANOS = 200_000_000;

  /** A sender that doesn't answer so many requests is muted or gone; whoever needs a frame of it asks anew. */
  private static final int MAX_TRIES = 6;

  private static final int MAX_BACKOFF_SHIFT = 3;

  private final long minIntervalNanos;
  private boolean wanted;
  private long requestedNanos;
  private int tries;
  private boolean everSent;
  private long lastSentNanos;
  private long dueNanos = Long.MAX_VALUE;
  private int firSequence;

  private long sent;
  private long answered;
  private long answerNanos;
  private long unanswered;

  public KeyFrameRequester() {
    this(MIN_INTERVAL_NANOS);
  }

  /**
   * @param minIntervalNanos no two requests are sent closer than this
   */
  public KeyFrameRequester(long minIntervalNanos) {
    this.minIntervalNanos = minIntervalNanos;
  }

  /**
   * Somebody needs a key frame. Joins a request that is still unanswered; otherwise one is due, at once if it may be.
   */
  public void request(long nowNanos) {
    if (wanted) {
      return;
    }
    wanted = true;
    requestedNanos = nowNanos;
    tries = 0;
    firSequence = (firSequence + 1) & 0xff;
    dueNanos = everSent ? Math.max(nowNanos, lastSentNanos + minIntervalNanos) : nowNanos;
  }

  /**
   * The sender is heard again after a silence. What was asked of it meanwhile was hardly heard: it is asked again as soon
   * as it may be, and as patiently as at first.
   */
  public void onSenderBack(long nowNanos) {
    if (wanted) {
      tries = 0;
      dueNanos = everSent ? Math.max(nowNanos, lastSentNanos + minIntervalNanos) : nowNanos;
    }
  }

  /** The first packet of a key frame arrived, asked for or not. */
  public void onKeyFrame(long nowNanos) {
    if (wanted) {
      answered++;
      answerNanos = nowNanos - requestedNanos;
      settle();
    }
  }

  /**
   * Whether a request is to be sent now; it is then taken as sent.
   *
   * @param rttNanos round-trip time to the sender, 0 or less while unknown
   */
  public boolean poll(long nowNanos, long rttNanos) {
    if (nowNanos < dueNanos) {
      return false;
    }
    if (tries == MAX_TRIES) {
      unanswered++;
      settle();
      return false;
    }
    long patienceNanos = Math.max(minIntervalNanos, Math.max(0, rttNanos) + ENCODER_NANOS);
    dueNanos = nowNanos + (patienceNanos << Math.min(tries, MAX_BACKOFF_SHIFT));
    tries++;
    everSent = true;
    lastSentNanos = nowNanos;
    sent++;
    return true;
  }

  private void settle() {
    wanted = false;
    dueNanos = Long.MAX_VALUE;
  }

  /** When {@link #poll} is to be called next, {@link Long#MAX_VALUE} if nobody waits for a key frame. */
  public long nextDeadlineNanos() {
    return dueNanos;
  }

  /** Whether somebody waits for a key frame. */
  public boolean isWaiting() {
    return wanted;
  }

  /** The 8-bit command number of the current request: the same for its repetitions (RFC 5104, 4.3.1.1). */
  public int firSequence() {
    return firSequence;
  }

  /** Requests sent, repetitions included. */
  public long sent() {
    return sent;
  }

  /** Requests that a key frame answered, repetitions not counted. */
  public long answered() {
    return answered;
  }

  /** How long the last answered request took, from being made to the key frame's first packet; 0 before that. */
  public long lastAnswerNanos() {
    return answerNanos;
  }

  /** Requests given up after being sent {@value #MAX_TRIES} times. */
  public long unanswered() {
    return unanswered;
  }
}
