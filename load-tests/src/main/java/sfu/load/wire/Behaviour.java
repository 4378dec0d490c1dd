package sfu.load.wire;

import java.util.Set;
import java.util.random.RandomGenerator;
import sfu.protocol.signal.CloseCode;
import sfu.protocol.signal.Credentials;

/** What a participant does when a connection ends. Pure functions. */
public enum Behaviour {

  /** Whoever's connection ends is gone. */
  STAY_GONE,

  /**
   * The client that is deployed with Odoo: closes all media at once, and comes back with the same credentials after 1.5
   * to 2.5 s, then after growing delays of up to 30 s.
   */
  STOCK,

  /**
   * This project's client: says that it can move, comes back within 0.2 s, then after growing delays, and keeps its
   * media until the new flows.
   */
  OURS;

  private static final long MILLI = 1_000_000;
  private static final long STOCK_FIRST_NANOS = 1_500 * MILLI;
  private static final long STOCK_SPREAD_NANOS = 1_000 * MILLI;
  private static final long OURS_PROMPT_NANOS = 200 * MILLI;
  private static final long OURS_SPREAD_NANOS = 300 * MILLI;
  private static final double OURS_GROWTH = 1.7;
  private static final long MAX_NANOS = 30_000 * MILLI;

  /** What the credentials announce. */
  public Set<String> features() {
    return this == OURS ? Set.of(Credentials.MOVE) : Set.of();
  }

  /** Whether old media is kept until the new flows. */
  public boolean makesBeforeBreak() {
    return this == OURS;
  }

  /** Whether it is over for good after a WebSocket close code. */
  public boolean endsWith(int closeCode) {
    return this == STAY_GONE
        || closeCode == CloseCode.AUTHENTICATION_FAILED.code()
        || closeCode == CloseCode.KICKED.code()
        || closeCode == CloseCode.CHANNEL_FULL.code();
  }

  /**
   * How long to wait before connecting again, in nanoseconds.
   *
   * @param previousNanos what this gave the last time; 0 after a connection that was good
   */
  public long retryDelayNanos(long previousNanos, RandomGenerator random) {
    return switch (this) {
      case STAY_GONE -> Long.MAX_VALUE;
      case STOCK ->
          previousNanos == 0
              ? STOCK_FIRST_NANOS + random.nextLong(STOCK_SPREAD_NANOS + 1)
              : Math.min(MAX_NANOS, (long) (previousNanos * random.nextDouble(1.5, 2)));
      case OURS ->
          previousNanos == 0
              ? 1 + random.nextLong(OURS_PROMPT_NANOS)
              : Math.clamp(
                  (long) (previousNanos * OURS_GROWTH),
                  OURS_PROMPT_NANOS + random.nextLong(OURS_SPREAD_NANOS + 1),
                  MAX_NANOS);
    };
  }

  /**
   * After how long a silence of a transport, checks unanswered, the connection is given up, in nanoseconds: when
   * Chromium says that it has failed; our client doesn't wait for that.
   */
  public long patienceNanos() {
    return (this == OURS ? 4_000 : 15_000) * MILLI;
  }
}
