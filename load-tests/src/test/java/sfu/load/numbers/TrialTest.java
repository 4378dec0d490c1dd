package sfu.load.numbers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sfu.load.report.LoadResult;
import sfu.load.report.RunResult;
import sfu.load.report.RunResult.Delay;
import sfu.load.report.RunResult.Second;
import sfu.load.report.RunResult.Total;
import sfu.load.run.LoadOutcome;
import sfu.load.run.Part;
import sfu.load.run.Window;

/** What is made of loads in which not everybody came. */
class TrialTest {

  private static final int PARTICIPANTS = 100;

  @Test
  void aLoadInWhichSomebodyIsMissingAtTheEndIsNotWhole() {
    assertThat(trial(100, 0, 80, List.of(), List.of()).isWhole(PARTICIPANTS)).isTrue();
    assertThat(trial(99, 1, 80, List.of("1 of 100 joins failed"), List.of()).isWhole(PARTICIPANTS)).isFalse();
    assertThat(trial(99, 0, 80, List.of(), List.of()).isWhole(PARTICIPANTS)).isFalse();
  }

  @Test
  void joinsThatFailedMissTheTargetHoweverFastTheOthersWere() {
    String table =
        joins(
            trial(100, 0, 80, List.of(), List.of()),
            trial(97, 3, 50, List.of("3 of 100 joins failed"), List.of()),
            trial(100, 0, 90, List.of(), List.of()));

    assertThat(table)
        .contains("| warm | p99, ms | 85 (80–90) | ≤ 1 s | missed |", "| warm | joins | 297, 3 failed |  |  |");
  }

  @Test
  void joinsThatFailedForWantOfTheLoadsProcessorAreNoMeasurement() {
    Trial starved = trial(97, 3, 50, List.of(), List.of("Therefore not held against the server: 3 joins failed."));

    assertThat(joins(starved)).contains("| warm | p99, ms | – | ≤ 1 s | unknown |");
    assertThat(joins(starved, trial(100, 0, 90, List.of(), List.of())))
        .contains("| warm | p99, ms | 90 | ≤ 1 s | met |");
  }

  private static String joins(Trial... trials) {
    Table table = Table.ofFigures();
    JoinsExperiment.figures(table, "warm", List.of(trials), PARTICIPANTS);
    return table.markdown();
  }

  /** {@code there}: how many came, and are there in the last second. */
  private static Trial trial(int there, int failed, double p99, List<String> problems, List<String> remarks) {
    Delay joins = new Delay(p99, p99, p99, p99, p99, p99);
    Total total =
        new Total(
            5, 0, 0, 0, 0, 0, 0, Delay.NONE, joins, there, failed, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    Second last = new Second(5, there, there, failed, 0, 0, 0, 0, 0, 0, 0, Delay.NONE, 1, 1, 1, 1);
    RunResult run = new RunResult("ours", "", List.of(last), total, Map.of(), List.of(), problems, remarks);
    LoadResult result =
        new LoadResult("", "", "", "", Map.of(), Map.of(), List.of(run), List.of(), List.of());
    return new Trial(
        "warm", new LoadOutcome(result, List.of(new Part(new Window(0, 1), List.of(last))), Optional.empty()));
  }
}
