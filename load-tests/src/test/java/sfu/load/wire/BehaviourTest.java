package sfu.load.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BehaviourTest {

  private static final long MILLI = 1_000_000;

  private final SplittableRandom random = new SplittableRandom(5);

  @Test
  void theDeployedClientWaitsOneAndAHalfToTwoAndAHalfSecondsThenLongerUpToThirty() {
    List<Long> delays = delays(Behaviour.STOCK, 12);

    assertThat(delays.getFirst()).isBetween(1_500 * MILLI, 2_500 * MILLI);
    for (int i = 1; i < delays.size(); i++) {
      long previous = delays.get(i - 1);
      assertThat(delays.get(i))
          .isBetween(Math.min(30_000 * MILLI, previous * 3 / 2), Math.min(30_000 * MILLI, previous * 2));
    }
    assertThat(delays.getLast()).isEqualTo(30_000 * MILLI);
  }

  @Test
  void oursComesBackAtOnceThenLessAndLessOften() {
    List<Long> delays = delays(Behaviour.OURS, 15);

    assertThat(delays.getFirst()).isBetween(0L, 200 * MILLI);
    assertThat(delays.get(1)).isBetween(200 * MILLI, 500 * MILLI);
    assertThat(delays.get(4)).isBetween(delays.get(3) * 16 / 10, delays.get(3) * 18 / 10);
    assertThat(delays.getLast()).isEqualTo(30_000 * MILLI);
  }

  @ParameterizedTest
  @EnumSource(names = {"STOCK", "OURS"})
  void onlyRefusalsAndKicksAreFinal(Behaviour behaviour) {
    assertThat(List.of(4106, 4108, 4109)).allMatch(behaviour::endsWith);
    assertThat(List.of(1000, 1001, 1006, 1011, 4107)).noneMatch(behaviour::endsWith);
  }

  @Test
  void whoStaysGoneTakesAnyEndForFinal() {
    assertThat(List.of(1000, 1001, 1006, 1011, 4107)).allMatch(Behaviour.STAY_GONE::endsWith);
  }

  @Test
  void onlyOursSaysThatItCanMove() {
    assertThat(Behaviour.OURS.features()).containsExactly("move");
    assertThat(Behaviour.STOCK.features()).isEmpty();
    assertThat(Behaviour.STOCK.makesBeforeBreak()).isFalse();
  }

  private List<Long> delays(Behaviour behaviour, int count) {
    List<Long> delays = new ArrayList<>();
    long delay = 0;
    for (int i = 0; i < count; i++) {
      delay = behaviour.retryDelayNanos(delay, random);
      delays.add(delay);
    }
    return delays;
  }
}
