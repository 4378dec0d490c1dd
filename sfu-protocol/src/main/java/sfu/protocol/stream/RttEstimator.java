package sfu.protocol.stream;

/**
 * The round-trip time to whoever receives our reports, from what their reports quote of ours: LSR and DLSR of a report
 * block (RFC 3550, 6.4.1), or LRR and DLRR of an extended report, for a side that sends no media (RFC 3611, 4.5).
 * Single-threaded.
 */
public final class RttEstimator {

  /** Beyond it, a sample is an error of the other side's clock or bookkeeping. */
  private static final long MAX_PLAUSIBLE_NANOS = 10_000_000_000L;

  /** Less than no time passed: the resolution of the clocks, not a lie. */
  private static final int MAX_NEGATIVE_UNITS = 65_536 / 1_000;

  private static final long MIN_NANOS = 100_000;

  private long smoothedNanos;
  private long latestNanos;

  /**
   * @param lastReport the middle 32 bits of the NTP timestamp of our report that theirs quotes, 0 if they have had none
   * @param delay between getting ours and sending theirs, in 1/65536 s
   * @param nowNtp of the clock that our reports are stamped with
   * @return false if it says nothing, or nothing plausible
   */
  public boolean onReport(int lastReport, int delay, long nowNtp) {
    if (lastReport == 0) {
      return false;
    }
    int units = NtpTime.compact(nowNtp) - lastReport - delay;
    return units >= -MAX_NEGATIVE_UNITS && onSample(NtpTime.compactToNanos(Math.max(0, units)));
  }

  /**
   * Takes a round trip that was measured otherwise.
   *
   * @return false if it isn't plausible
   */
  public boolean onSample(long rttNanos) {
    if (rttNanos < 0 || rttNanos > MAX_PLAUSIBLE_NANOS) {
      return false;
    }
    latestNanos = Math.max(MIN_NANOS, rttNanos);
    smoothedNanos = smoothedNanos == 0 ? latestNanos : smoothedNanos + (latestNanos - smoothedNanos) / 8;
    return true;
  }

  /** Smoothed (each sample weighs 1/8, as in RFC 6298), 0 while unknown. */
  public long rttNanos() {
    return smoothedNanos;
  }

  /** The last sample, 0 while unknown. */
  public long latestNanos() {
    return latestNanos;
  }
}
