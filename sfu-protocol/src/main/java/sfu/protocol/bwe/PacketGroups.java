package sfu.protocol.bwe;

/**
 * Puts packets that left together into groups, and says of each group but the first how much later it arrived, and how much
 * later it was sent, than the group before (draft-ietf-rmcat-gcc-02, 5.2 and 5.3). What a frame's packets wait for one another at
 * the bottleneck is so not taken for a queue that grows. Single-threaded.
 */
final class PacketGroups {
  /** What is sent within this belongs together. */
  private static final long BURST_NANOS = 5_000_000L;

  /** Packets that the network held back and let go together make one group, but none longer than this. */
  private static final long MAX_RELEASE_NANOS = 100_000_000L;

  /** A clock that jumps, or a pause this long: what was before says nothing of what comes. */
  private static final long MAX_GAP_NANOS = 3_000_000_000L;

  private static final long NONE = Long.MIN_VALUE;

  private long firstSent = NONE;
  private long lastSent;
  private long firstArrival;
  private long lastArrival;
  private long previousSent = NONE;
  private long previousArrival;
  private long sentDelta;
  private long arrivalDelta;
  private long arrival;

  /** Takes a packet that arrived. True if it completes a group, which the deltas then speak of. */
  boolean add(long sentNanos, long arrivalNanos) {
    if (firstSent == NONE || Math.abs(arrivalNanos - lastArrival) > MAX_GAP_NANOS) {
      previousSent = NONE;
      begin(sentNanos, arrivalNanos);
      return false;
    }
    if (sentNanos < firstSent) {
      // Overtaken by a whole group.
      return false;
    }
    if (belongs(sentNanos, arrivalNanos)) {
      lastSent = Math.max(lastSent, sentNanos);
      lastArrival = Math.max(lastArrival, arrivalNanos);
      return false;
    }
    boolean complete = previousSent != NONE;
    // One that arrived before the group before it was overtaken by it, which says nothing of queues: as if it never was.
    boolean inOrder = !complete || lastArrival >= previousArrival;
    if (inOrder) {
      sentDelta = lastSent - previousSent;
      arrivalDelta = lastArrival - previousArrival;
      arrival = lastArrival;
      previousSent = lastSent;
      previousArrival = lastArrival;
    }
    begin(sentNanos, arrivalNanos);
    return complete && inOrder;
  }

  /** What was before says nothing of what comes. */
  void reset() {
    firstSent = NONE;
    previousSent = NONE;
  }

  private boolean belongs(long sentNanos, long arrivalNanos) {
    if (sentNanos - firstSent <= BURST_NANOS) {
      return true;
    }
    long apart = arrivalNanos - lastArrival;
    boolean caughtUp = apart < sentNanos - lastSent;
    return caughtUp && apart <= BURST_NANOS && arrivalNanos - firstArrival < MAX_RELEASE_NANOS;
  }

  private void begin(long sentNanos, long arrivalNanos) {
    firstSent = sentNanos;
    lastSent = sentNanos;
    firstArrival = arrivalNanos;
    lastArrival = arrivalNanos;
  }

  /** In nanoseconds, from the last packet of one group to the last of the next. */
  long sentDeltaNanos() {
    return sentDelta;
  }

  long arrivalDeltaNanos() {
    return arrivalDelta;
  }

  /** When the last packet of the group arrived, on the receiver's clock. */
  long arrivalNanos() {
    return arrival;
  }
}
