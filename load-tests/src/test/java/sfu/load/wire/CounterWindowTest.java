package sfu.load.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
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

  @Test
  void knowsEachOfTheLastFourThousandAsASetDoes() {
    Random random = new Random(7);
    Set<Integer> arrived = new HashSet<>();
    int highest = Integer.MAX_VALUE - 20_000;
    window.onPacket(highest);
    arrived.add(highest);
    for (int i = 0; i < 100_000; i++) {
      int jump = random.nextInt(50) == 0 ? random.nextInt(300) : 1;
      int counter = random.nextInt(4) == 0 ? highest - random.nextInt(4_000) : highest + jump;
      highest = counter - highest > 0 ? counter : highest;

      assertThat(window.onPacket(counter)).as("%d, number %d", counter, i).isEqualTo(arrived.add(counter));
    }
    assertThat(window.distinct()).isEqualTo(arrived.size());
  }

  private void feed(int... counters) {
    for (int counter : counters) {
      window.onPacket(counter);
    }
  }
}
