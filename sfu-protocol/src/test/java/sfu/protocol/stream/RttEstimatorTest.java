package sfu.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RttEstimatorTest {

  private static final long MILLIS = 1_000_000;
  private static final long WALL = 1_800_000_000_000_000_000L;

  private final RttEstimator rtt = new RttEstimator();

  @Test
  void theExampleOfRfc3550() {
    // 6.4.1, figure 2: A = 0xb710:8000, LSR = 0xb705:2000, DLSR = 0x0005:4000, 6.125 s.
    assertThat(rtt.onReport(0xb705_2000, 0x0005_4000, 0x0000_b710_8000_0000L)).isTrue();
    assertThat(rtt.rttNanos()).isEqualTo(6_125 * MILLIS);
  }

  @Test
  void nothingIsKnownBeforeAReportOfOursIsQuoted() {
    assertThat(rtt.onReport(0, 1234, NtpTime.ofUnixNanos(WALL))).isFalse();
    assertThat(rtt.rttNanos()).isZero();
  }

  @Test
  void samplesAreSmoothed() {
    sample(80);
    assertThat(rtt.rttNanos()).isCloseTo(80 * MILLIS, within(50_000L));
    sample(160);
    assertThat(rtt.rttNanos()).isCloseTo(90 * MILLIS, within(50_000L));
    assertThat(rtt.latestNanos()).isCloseTo(160 * MILLIS, within(50_000L));
  }

  private void sample(long millis) {
    int lsr = NtpTime.compact(NtpTime.ofUnixNanos(WALL));
    assertThat(rtt.onReport(lsr, 65_536, NtpTime.ofUnixNanos(WALL + (1_000 + millis) * MILLIS))).isTrue();
  }

  @Test
  void implausibleReportsChangeNothing() {
    sample(50);
    int lsr = NtpTime.compact(NtpTime.ofUnixNanos(WALL));
    assertThat(rtt.onReport(lsr, 65_536, NtpTime.ofUnixNanos(WALL))).isFalse();
    assertThat(rtt.onReport(lsr, 0, NtpTime.ofUnixNanos(WALL + 11_000 * MILLIS))).isFalse();
    assertThat(rtt.rttNanos()).isCloseTo(50 * MILLIS, within(50_000L));
  }

  @Test
  void theResolutionOfTheClocksIsNoNegativeTime() {
    int lsr = NtpTime.compact(NtpTime.ofUnixNanos(WALL));
    assertThat(rtt.onReport(lsr, 1, NtpTime.ofUnixNanos(WALL))).isTrue();
    assertThat(rtt.rttNanos()).isPositive().isLessThan(MILLIS);
  }
}
