package sfu.node.media.consumer;

import java.util.Arrays;

/**
 * Remembers what was sent again lately, so that a viewer that asks twice within a round trip is answered once, and limits
 * how much a viewer that asks for everything can make us send.
 */
final class Retransmissions {
  private static final int REMEMBERED = 256;
  private static final long NEVER = Long.MIN_VALUE;
  private static final long MIN_AGAIN_NANOS = 10_000_000L;

  /** More than this within a second is no repair. */
  private static final int MAX_A_SECOND = 1000;

  private static final long SECOND_NANOS = 1_000_000_000L;

  /** At (number modulo size): SSRC and number of the last one sent there, and when. */
  private final long[] streams = new long[REMEMBERED];

  private final long[] sentNanos = new long[REMEMBERED];
  private long secondStartNanos = NEVER;
  private int inSecond;

  Retransmissions() {
    Arrays.fill(sentNanos, NEVER);
  }

  /** Whether any packet may be sent again now. */
  boolean hasBudget(long nowNanos) {
    if (secondStartNanos == NEVER || nowNanos - secondStartNanos >= SECOND_NANOS) {
      secondStartNanos = nowNanos;
      inSecond = 0;
    }
    return inSecond < MAX_A_SECOND;
  }

  /** Whether a packet was not sent again just now. Each question takes from the budget, whatever comes of it. */
  boolean isWorthwhile(int ssrc, int sequence16, long roundTripNanos, long nowNanos) {
    inSecond++;
    int slot = slot(ssrc, sequence16);
    return streams[slot] != stream(ssrc, sequence16)
        || sentNanos[slot] == NEVER
        || nowNanos - sentNanos[slot] >= Math.max(MIN_AGAIN_NANOS, roundTripNanos);
  }

  /** A packet was sent again. */
  void sent(int ssrc, int sequence16, long nowNanos) {
    int slot = slot(ssrc, sequence16);
    streams[slot] = stream(ssrc, sequence16);
    sentNanos[slot] = nowNanos;
  }

  private static int slot(int ssrc, int sequence16) {
    return (sequence16 ^ ssrc * 31) & (REMEMBERED - 1);
  }

  private static long stream(int ssrc, int sequence16) {
    return (long) ssrc << 16 | sequence16;
  }
}
