package sfu.protocol.stream;

/**
 * The last sender report of a received stream: what a report block quotes of it (RFC 3550, 6.4.1), and how the stream's
 * timestamps lie on its sender's clock, which all streams of one sender share. Single-threaded.
 */
public final class SenderReportState {

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final int clockRateHz;
  private boolean known;
  private long ntp;
  private int rtpTimestamp;
  private long arrivalNanos;

  /**
   * @param clockRateHz the RTP clock of the stream's codec, above zero
   */
  public SenderReportState(int clockRateHz) {
    if (clockRateHz <= 0) {
      throw new IllegalArgumentException("clock rate " + clockRateHz + " Hz");
    }
    this.clockRateHz = clockRateHz;
  }

  /**
   * @param ntp the report's 64-bit NTP timestamp
   * @param rtpTimestamp the same instant on the stream's clock
   */
  public void onSenderReport(long ntp, int rtpTimestamp, long nowNanos) {
    this.ntp = ntp;
    this.rtpTimestamp = rtpTimestamp;
    arrivalNanos = nowNanos;
    known = true;
  }

  /** Whether there was a report; nothing but LSR and DLSR means anything before. */
  public boolean isKnown() {
    return known;
  }

  /** LSR: the middle 32 bits of the report's NTP timestamp, 0 before the first. */
  public int lastSr() {
    return known ? NtpTime.compact(ntp) : 0;
  }

  /** DLSR: since the report arrived, in 1/65536 s, 0 before the first. */
  public int delaySinceLastSr(long nowNanos) {
    return known ? NtpTime.nanosToCompact(nowNanos - arrivalNanos) : 0;
  }

  /** When this timestamp was sampled, in nanoseconds of the sender's clock since 1970. */
  public long senderNanosOf(int timestamp) {
    return NtpTime.toUnixNanos(ntp) + (timestamp - rtpTimestamp) * NANOS_PER_SECOND / clockRateHz;
  }

  /** The timestamp that was current then. */
  public int timestampAt(long senderNanos) {
    long elapsedNanos = senderNanos - NtpTime.toUnixNanos(ntp);
    long seconds = Math.floorDiv(elapsedNanos, NANOS_PER_SECOND);
    long rest = elapsedNanos - seconds * NANOS_PER_SECOND;
    return rtpTimestamp + (int) (seconds * clockRateHz + Math.round((double) rest * clockRateHz / NANOS_PER_SECOND));
  }

  /**
   * The timestamp of the same instant in another stream of this sender: how a viewer is moved between simulcast layers
   * without a step in time. Both must be known.
   */
  public int timestampIn(SenderReportState other, int timestamp) {
    return other.timestampAt(senderNanosOf(timestamp));
  }
}
