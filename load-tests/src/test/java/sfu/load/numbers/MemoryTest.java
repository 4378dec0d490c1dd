package sfu.load.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sfu.load.report.RunResult.Delay;
import sfu.load.report.RunResult.Second;

/** When memory is at rest, and whether it grows. */
class MemoryTest {

  private static final double MB = 1e6;

  @Test
  void memoryThatGrowsUntilItIsFullDoesNotGrow() {
    MemoryTrend trend = MemoryTrend.of(seconds(600, second -> Math.min(300, 200 + second) * MB));

    assertThat(trend.first()).isEqualTo(200 * MB);
    assertThat(trend.early()).isEqualTo(300 * MB);
    assertThat(trend.growth()).isEqualTo(1);
    assertThat(trend.slopePerMinute()).isCloseTo(0, within(1.0));
  }

  @Test
  void aLeakIsASlopeInBytesAMinute() {
    MemoryTrend trend = MemoryTrend.of(seconds(600, second -> (200 + second * 0.1) * MB));

    assertThat(trend.slopePerMinute()).isCloseTo(6 * MB, within(1.0));
    assertThat(trend.growth()).isCloseTo(254.0 / 218, within(0.001));
  }

  @Test
  void aSawToothOfACollectorIsNoGrowth() {
    MemoryTrend trend = MemoryTrend.of(seconds(600, second -> (250 + second % 20) * MB));

    assertThat(trend.growth()).isCloseTo(1, within(0.005));
  }

  @Test
  void secondsInWhichNothingIsKnownAreLeftOut() {
    MemoryTrend trend = MemoryTrend.of(seconds(100, second -> second % 2 == 0 ? 100 * MB : Double.NaN));

    assertThat(trend.late()).isEqualTo(100 * MB);
  }

  @Test
  void tooFewSecondsSayNothing() {
    assertThatThrownBy(() -> MemoryTrend.of(seconds(9, _ -> MB))).hasMessageContaining("9 seconds says nothing");
  }

  @Test
  void memoryIsAtRestWhenItHasNotGrownForAWhile() {
    Settling settling = new Settling(5);

    assertThat(settling.add(0, 100 * MB)).isEmpty();
    assertThat(settling.add(3, 110 * MB)).isEmpty();
    assertThat(settling.add(5, 110 * MB)).isEmpty();
    assertThat(settling.add(7, 110 * MB)).isEmpty();
    assertThat(settling.add(8, 110.1 * MB)).contains(110.1 * MB);
  }

  @Test
  void memoryThatShrinksIsAtRest() {
    Settling settling = new Settling(5);

    settling.add(0, 100 * MB);
    assertThat(settling.add(5, 90 * MB)).contains(90 * MB);
  }

  @Test
  void memoryThatNobodyKnowsNeverIs() {
    Settling settling = new Settling(5);

    settling.add(0, Double.NaN);
    assertThat(settling.add(5, Double.NaN)).isEmpty();
  }

  private static List<Second> seconds(int count, IntToDoubleFunction rss) {
    return IntStream.range(0, count)
        .mapToObj(
            at ->
                new Second(
                    at, 8, 8, 0, 112, 0, 0, 0, 0, 0, 0, Delay.NONE, 0.3, rss.applyAsDouble(at), 0.1, 0))
        .toList();
  }
}
