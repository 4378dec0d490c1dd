package sfu.load.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CounterWindowTest {

  private final CounterWindow window = new CounterWindow();

  @Test
  void countsWhatIsMissingBetweenTheFirstAndTheNewest() {
    feed(10, 11, 14, 15);

    assertThat(window.missing()).isEqualTo(2);
    assertThat(window.distinct()).isEqualTo(4);
  }

  @Test
  void whatComesLateIsMissingNoLonger() {
    feed(10, 13, 12, 11);

    assertThat(window.missing()).isZero();
  }

  @Test
  void doublesAreToldFromFirstArrivals() {
    feed(1, 2, 3);

    assertThat(window.onPacket(2)).isFalse();
    assertThat(window.onPacket(4)).isTrue();
    assertThat(window.doubles()).isEqualTo(1);
    assertThat(window.missing()).isZero();
  }

  @Test
  void theFirstPacketsMayBeSwapped() {
    feed(5, 4, 6);

    assertThat(window.missing()).isZero();
  }

  @Test
  void aLongOutageIsMissingAsAWhole() {
    feed(0, 100_000, 100_001);

    assertThat(window.missing()).isEqualTo(99_999);
    assertThat(window.onPacket(100_000)).isFalse();
    assertThat(window.onPacket(99_999)).isTrue();
  }

  @Test
  void goesOnOverTheLargestInteger() {
    feed(Integer.MAX_VALUE - 1, Integer.MAX_VALUE, Integer.MIN_VALUE + 1);

    assertThat(window.missing()).isEqualTo(1);
  }

  private void feed(int... counters) {
    for (int counter : counters) {
      window.onPacket(counter);
    }
  }
}
