package sfu.load.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sfu.load.run.Limit;

/** Numbers of several rounds, what targets say of them, and how tables have them. */
class FiguresTest {

  @Test
  void aNumberIsTheMedianOfItsRoundsWithWhatTheyLieBetween() {
    assertThat(Rounds.of(List.of(1.6, 1.5, 1.52)).text(2)).isEqualTo("1.52 (1.50–1.60)");
    assertThat(Rounds.of(List.of(4.0, 1.0, 2.0, 3.0)).median()).isEqualTo(2.5);
  }

  @Test
  void aSingleRoundHasNoRange() {
    assertThat(Rounds.of(List.of(12345.6)).text(0)).isEqualTo("12,346");
  }

  @Test
  void whatCouldNotBeMeasuredIsLeftOut() {
    assertThat(Rounds.of(List.of(Double.NaN, 2.0)).text(1)).isEqualTo("2.0");
    assertThat(Rounds.of(List.of(Double.NaN)).text(1)).isEqualTo("–");
    assertThat(Rounds.of(List.of()).median()).isNaN();
  }

  @Test
  void ratiosAreThoseOfTheSameRound() {
    Rounds ratios = Rounds.ratios(List.of(1.0, 2.0, 9.0), List.of(2.0, 2.0, 3.0));

    assertThat(ratios.low()).isEqualTo(0.5);
    assertThat(ratios.median()).isEqualTo(1);
    assertThat(ratios.high()).isEqualTo(3);
  }

  @Test
  void aTargetHasItsBoundInIt() {
    assertThat(Target.atMost("1 ms", 1).judge(1)).isEqualTo(Verdict.MET);
    assertThat(Target.atMost("1 ms", 1).judge(1.01)).isEqualTo(Verdict.MISSED);
    assertThat(Target.atLeast("0.7", 0.7).judge(0.7)).isEqualTo(Verdict.MET);
    assertThat(Target.atLeast("0.7", 0.7).judge(0.69)).isEqualTo(Verdict.MISSED);
    assertThat(Target.aroundOne(15).judge(0.86)).isEqualTo(Verdict.MET);
    assertThat(Target.aroundOne(15).judge(1.16)).isEqualTo(Verdict.MISSED);
  }

  @Test
  void aNumberThatNobodyKnowsNeitherMeetsNorMisses() {
    assertThat(Target.aroundOne(15).judge(Double.NaN)).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void aTableIsMarkdownWithTargetAndVerdictBesideEachFigure() {
    Table table = Table.ofFigures();
    Rounds rounds = Rounds.of(List.of(0.3, 0.4, 0.35));
    table.figure("a|b", "p99, ms", rounds.text(2), rounds, Target.atMost("1 ms", 1));
    table.figure("a|b", "GC pauses", "7");

    assertThat(table.markdown())
        .isEqualTo(
            """
            | load | what | measured | target | verdict |
            |---|---|---|---|---|
            | a\\|b | p99, ms | 0.35 (0.30–0.40) | ≤ 1 ms | met |
            | a\\|b | GC pauses | 7 |  |  |
            """);
  }

  @Test
  void aRowHasACellForEachColumn() {
    assertThatThrownBy(() -> new Table("a", "b").row("1")).hasMessage("1 cells for 2 columns");
  }

  @Test
  void aLimitThatTheLoadMadeItselfIsNotCalledTheServers() {
    Optional<String> broke = Optional.of("loss was 3.00 %: at most 0.1 % is fine");
    Limit servers = new Limit(9, "9 channels", Optional.empty(), broke, Optional.empty());
    Limit loads =
        new Limit(9, "9 channels", Optional.empty(), broke, Optional.of("it used 1.00 of the 1 cores that it has"));

    assertThat(DelayExperiment.describe(servers))
        .isEqualTo("above, loss was 3.00 %: at most 0.1 % is fine: the server's limit.");
    assertThat(DelayExperiment.describe(loads))
        .isEqualTo(
            "above, loss was 3.00 %: at most 0.1 % is fine. But that may not be the server's limit: it used 1.00 of "
                + "the 1 cores that it has; these are 70 % of what held.");
  }

  @Test
  void seventyPercentOfALimitAreChannelsOfAMeetingAndEvenlyFilledChannelsOfAWebinar() {
    assertThat(DelayExperiment.seventyPercent("meeting", 20))
        .isEqualTo(new DelayExperiment.Load("meeting × 14", "--scenario meeting --channels 14"));
    assertThat(DelayExperiment.seventyPercent("meeting", 1).options()).endsWith("--channels 1");
    assertThat(DelayExperiment.seventyPercent("webinar", 400).options())
        .endsWith("--channels 3 --participants 94");
  }
}
