package sfu.protocol.stream;

/**
 * When to tell the sender of a transport by how much it may send in all (REMB, draft-alvestrand-rmcat-remb-03): at once
 * when it begins to produce or the cap changes, then every second, since a message may be lost. The value is one for
 * the whole transport, as browsers take it: they share it among their streams themselves. Single-threaded.
 */
public final class ReceiveBitrateCap {

  private static final long INTERVAL_NANOS = 1_000_000_000;

  private long bitrateBps;
  private int producers;
  private long dueNanos = Long.MAX_VALUE;

  /**
   * @param bitrateBps above zero
   */
  public ReceiveBitrateCap(long bitrateBps) {
    this.bitrateBps = requirePositive(bitrateBps);
  }

  /** The transport has so many producers now. A new one is told at once, nobody is told when there is none. */
  public void onProducers(int count, long nowNanos) {
    if (count == 0) {
      dueNanos = Long.MAX_VALUE;
    } else if (count > producers) {
      dueNanos = nowNanos;
    }
    producers = count;
  }

  public void change(long bitrateBps, long nowNanos) {
    if (this.bitrateBps == bitrateBps) {
      return;
    }
    this.bitrateBps = requirePositive(bitrateBps);
    if (producers > 0) {
      dueNanos = nowNanos;
    }
  }

  /** Whether to send the cap now; it is then taken as sent. */
  public boolean poll(long nowNanos) {
    if (nowNanos < dueNanos) {
      return false;
    }
    dueNanos = nowNanos + INTERVAL_NANOS;
    return true;
  }

  /** What to announce, for all producers of the transport together. */
  public long bitrateBps() {
    return bitrateBps;
  }

  /** When {@link #poll} has something to send next, {@link Long#MAX_VALUE} without a producer. */
  public long nextDeadlineNanos() {
    return dueNanos;
  }

  private static long requirePositive(long bitrateBps) {
    if (bitrateBps <= 0) {
      throw new IllegalArgumentException("cap of " + bitrateBps + " bit/s");
    }
    return bitrateBps;
  }
}
