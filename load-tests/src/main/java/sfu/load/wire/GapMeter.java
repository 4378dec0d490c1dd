package sfu.load.wire;

/** The times without a packet, since a mark. Confined to one thread; times are monotonic nanoseconds. */
final class GapMeter {

  /** Of {@link #lastPacketNanos}: none yet. */
  static final long NEVER = Long.MIN_VALUE;

  private long markNanos;
  private long packetsSinceMark;
  private long lastPacketNanos = NEVER;
  private long longestNanos;
  private long longestStartNanos;

  GapMeter(long nowNanos) {
    mark(nowNanos);
  }

  /** Begins anew: what was silent before doesn't count. */
  void mark(long nowNanos) {
    markNanos = nowNanos;
    packetsSinceMark = 0;
    longestNanos = 0;
    longestStartNanos = nowNanos;
  }

  void onPacket(long nowNanos) {
    long startNanos = silentSinceNanos();
    if (nowNanos - startNanos > longestNanos) {
      longestNanos = nowNanos - startNanos;
      longestStartNanos = startNanos;
    }
    lastPacketNanos = nowNanos;
    packetsSinceMark++;
  }

  private long silentSinceNanos() {
    return lastPacketNanos == NEVER ? markNanos : Math.max(lastPacketNanos, markNanos);
  }

  long markNanos() {
    return markNanos;
  }

  long packetsSinceMark() {
    return packetsSinceMark;
  }

  /** {@link #NEVER} before the first. */
  long lastPacketNanos() {
    return lastPacketNanos;
  }

  /** How long the last packet is ago; since the mark at most. */
  long silenceNanos(long nowNanos) {
    return nowNanos - silentSinceNanos();
  }

  /** The longest time without a packet since the mark, the one that lasts included. */
  long longestNanos(long nowNanos) {
    return Math.max(longestNanos, silenceNanos(nowNanos));
  }

  /** When the longest one began. */
  long longestStartNanos(long nowNanos) {
    return silenceNanos(nowNanos) > longestNanos ? silentSinceNanos() : longestStartNanos;
  }
}
