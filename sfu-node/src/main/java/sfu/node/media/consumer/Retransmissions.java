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

  /** Whether to send a packet again now; it is then taken as sent. */
  boolean isWorthwhile(int ssrc, int sequence16, long roundTripNanos, long nowNanos) {
    if (secondStartNanos == NEVER || nowNanos - secondStartNanos >= SECOND_NANOS) {
      secondStartNanos = nowNanos;
      inSecond = 0;
    }
    if (inSecond >= MAX_A_SECOND) {
      return false;
    }
    int slot = (sequence16 ^ ssrc * 31) & (REMEMBERED - 1);
    long stream = (long) ssrc << 16 | sequence16;
    boolean same = streams[slot] == stream && sentNanos[slot] != NEVER;
    if (same && nowNanos - sentNanos[slot] < Math.max(MIN_AGAIN_NANOS, roundTripNanos)) {
      return false;
    }
    streams[slot] = stream;
    sentNanos[slot] = nowNanos;
    inSecond++;
    return true;
  }
}
