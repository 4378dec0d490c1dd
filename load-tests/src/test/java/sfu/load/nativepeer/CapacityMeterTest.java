package sfu.load.nativepeer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CapacityMeterTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long MEGABYTE = 1_000_000;
  private static final long MUCH = 1_000_000 * MEGABYTE;

  private final CapacityMeter meter = new CapacityMeter(2, () -> MUCH);

  @Test
  void whatAPeerTakesSaysHowManyTheMachineCarries() {
    meter.measured(0, 0, 4, 4, 400 * MEGABYTE);
    meter.measured(2 * SECOND, SECOND, 4, 4, 400 * MEGABYTE);

    Capacity capacity = meter.capacity().orElseThrow();
    assertThat(capacity.coresPerPeer()).isCloseTo(0.125, within(1e-9));
    assertThat(capacity.bytesPerPeer()).isEqualTo(100 * MEGABYTE);
    assertThat(capacity.peers()).isEqualTo(12);
    assertThat(meter.overload()).isEmpty();
  }

  @Test
  void memoryCanBeWhatLimits() {
    Capacity capacity = Capacity.of(2, 4, 0.1, 400 * MEGABYTE, 600 * MEGABYTE);

    assertThat(capacity.peers()).isEqualTo(8);
  }

  @Test
  void nothingIsConcludedWhileSomebodyComesOrGoes() {
    meter.measured(0, 0, 4, 4, 400 * MEGABYTE);
    meter.measured(2 * SECOND, 4 * SECOND, 5, 4, 400 * MEGABYTE);
    meter.measured(4 * SECOND, 8 * SECOND, 5, 5, 400 * MEGABYTE);
    meter.measured(5 * SECOND, 10 * SECOND, 6, 6, 400 * MEGABYTE);

    assertThat(meter.capacity()).isEmpty();
  }

  @Test
  void moreThanTheMachineCarriesIsSaidAsLongAsTheyRun() {
    meter.measured(0, 0, 20, 20, 400 * MEGABYTE);
    meter.measured(2 * SECOND, 4 * SECOND, 20, 20, 400 * MEGABYTE);
    meter.measured(3 * SECOND, 6 * SECOND, 20, 20, 400 * MEGABYTE);

    assertThat(meter.overload()).hasValue(
        "the machine is full: 20 native peers run, and a native peer takes 0.10 cores and 20 MB here:"
            + " this machine carries about 16 of them");
  }

  @Test
  void fewerAfterThemAreNoOverload() {
    meter.measured(0, 0, 20, 20, 400 * MEGABYTE);
    meter.measured(2 * SECOND, 4 * SECOND, 20, 20, 400 * MEGABYTE);
    assertThat(meter.overload()).isPresent();

    meter.measured(3 * SECOND, 5 * SECOND, 10, 10, 200 * MEGABYTE);
    assertThat(meter.overload()).isEmpty();
    meter.measured(5 * SECOND, 6 * SECOND, 10, 10, 200 * MEGABYTE);
    assertThat(meter.overload()).isEmpty();
  }

  @Test
  void anOverloadThatPassesIsNoneAnyMore() {
    meter.measured(0, 0, 10, 10, 200 * MEGABYTE);
    meter.measured(2 * SECOND, 4 * SECOND, 10, 10, 200 * MEGABYTE);
    assertThat(meter.overload()).isPresent();

    meter.measured(4 * SECOND, 5 * SECOND, 10, 10, 200 * MEGABYTE);

    assertThat(meter.overload()).isEmpty();
  }
}
