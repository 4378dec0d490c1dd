package sfu.node.media.sim;

import java.util.function.LongSupplier;

/** The one clock of a simulated call. Moves when it is told to. */
final class VirtualClock implements LongSupplier {
  static final long MILLI = 1_000_000L;
  static final long SECOND = 1_000_000_000L;

  private long nanos = 1_000 * SECOND;

  @Override
  public long getAsLong() {
    return nanos;
  }

  void advance(long byNanos) {
    nanos += byNanos;
  }

  /** What wall clocks in the call show, in nanoseconds since 1970. */
  long wallNanos() {
    return 1_700_000_000L * SECOND + nanos;
  }
}
