package sfu.protocol.stream;

/**
 * The 64-bit NTP timestamps of RTCP: seconds since 1900 in the upper, their fraction in the lower half (RFC 3550, 4).
 */
public final class NtpTime {

  private static final long SECONDS_FROM_1900_TO_1970 = 2_208_988_800L;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private NtpTime() {}

  /**
   * @param unixNanos since 1970; a monotonic clock with a fixed offset keeps round-trip times right when the wall
   *     clock is set
   */
  public static long ofUnixNanos(long unixNanos) {
    long seconds = Math.floorDiv(unixNanos, NANOS_PER_SECOND);
    long nanos = unixNanos - seconds * NANOS_PER_SECOND;
    return (seconds + SECONDS_FROM_1900_TO_1970) << 32 | (nanos << 32) / NANOS_PER_SECOND;
  }

  public static long toUnixNanos(long ntp) {
    long seconds = (ntp >>> 32) - SECONDS_FROM_1900_TO_1970;
    return seconds * NANOS_PER_SECOND + ((ntp & 0xffff_ffffL) * NANOS_PER_SECOND >>> 32);
  }

  /** The middle 32 bits: 1/65536 seconds, as reports quote a timestamp. */
  public static int compact(long ntp) {
    return (int) (ntp >>> 16);
  }

  /**
   * @param units of 1/65536 s, 32 bits unsigned
   */
  public static long compactToNanos(int units) {
    return Integer.toUnsignedLong(units) * NANOS_PER_SECOND >>> 16;
  }

  /** In 1/65536 s, saturating at both ends of 32 unsigned bits (some 18 hours). */
  public static int nanosToCompact(long nanos) {
    long seconds = Math.max(0, nanos) / NANOS_PER_SECOND;
    if (seconds > 0xffff) {
      return -1;
    }
    long rest = Math.max(0, nanos) - seconds * NANOS_PER_SECOND;
    return (int) (seconds << 16 | (rest << 16) / NANOS_PER_SECOND);
  }
}
