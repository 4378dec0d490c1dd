package sfu.load.nativepeer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StallMeterTest {

  private static final long INTERVAL = StallMeter.INTERVAL_NANOS;

  private final StallMeter meter = new StallMeter();

  @Test
  void aThreadThatRunsWhenItIsDueHasNoStall() {
    meter.ran(7);
    meter.ran(7 + INTERVAL);

    assertThat(meter.takeLongestNanos()).isZero();
  }

  @Test
  void aStallIsAsLongAsTheLatestRunWasLate() {
    meter.ran(0);
    meter.ran(4 * INTERVAL);
    meter.ran(4 * INTERVAL + 1);

    assertThat(meter.takeLongestNanos()).isEqualTo(3 * INTERVAL);
  }

  @Test
  void aStallIsToldOnceAndWhatIsStillToBeCaughtUpIsLateAgain() {
    meter.ran(0);
    meter.ran(4 * INTERVAL);
    meter.takeLongestNanos();
    meter.ran(4 * INTERVAL);

    assertThat(meter.takeLongestNanos()).isEqualTo(2 * INTERVAL);
  }
}
