package sfu.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SenderReportStateTest {

  private static final long MILLIS = 1_000_000;
  private static final long WALL = 1_800_000_000_123_456_789L;

  @Test
  void aReportBlockQuotesTheLastSenderReport() {
    SenderReportState state = new SenderReportState(90_000);
    assertThat(state.lastSr()).isZero();
    assertThat(state.delaySinceLastSr(5)).isZero();
    state.onSenderReport(0x1234_5678_9abc_def0L, 1, 1_000 * MILLIS);
    assertThat(state.lastSr()).isEqualTo(0x5678_9abc);
    assertThat(state.delaySinceLastSr(3_500 * MILLIS)).isEqualTo(0x2_8000);
  }

  @Test
  void timestampsOfOneLayerAreFoundInAnother() {
    SenderReportState low = new SenderReportState(90_000);
    SenderReportState high = new SenderReportState(90_000);
    low.onSenderReport(NtpTime.ofUnixNanos(WALL), -100, 0);
    high.onSenderReport(NtpTime.ofUnixNanos(WALL + 2_000 * MILLIS), 5_000_000, 0);
    int sameInstant = low.timestampIn(high, -100 + 3 * 90_000);
    assertThat(sameInstant).isCloseTo(5_000_000 + 90_000, within(1));
    assertThat(high.timestampIn(low, sameInstant)).isCloseTo(-100 + 3 * 90_000, within(1));
  }

  @Test
  void aDelayBeyondTheFieldSaturates() {
    assertThat(NtpTime.nanosToCompact(Long.MAX_VALUE)).isEqualTo(-1);
    assertThat(NtpTime.nanosToCompact(-1)).isZero();
  }

  @Property(tries = 200)
  void ntpTimesKeepTheirNanosecond(@ForAll @LongRange(min = 0, max = 2_000_000_000_000_000_000L) long unixNanos) {
    assertThat(NtpTime.toUnixNanos(NtpTime.ofUnixNanos(unixNanos))).isCloseTo(unixNanos, within(1L));
  }

  @Test
  void theEpochIsThatOfRfc5905() {
    assertThat(NtpTime.ofUnixNanos(0) >>> 32).isEqualTo(2_208_988_800L);
    assertThat(NtpTime.ofUnixNanos(500 * MILLIS) & 0xffff_ffffL).isEqualTo(0x8000_0000L);
  }
}
