package sfu.load.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class BenchOptionsTest {

  @Test
  void scenariosAreChosenByNameOrTitleWhicheverTheCase() {
    assertThat(BenchOptions.parse("--only", "MEETING,webinar of 100").only())
        .containsExactly(Scenario.MEETING, Scenario.WEBINAR);
    assertThat(BenchOptions.parse("--only", "one-to-fifty, ONE_TO_ONE").only())
        .containsExactly(Scenario.ONE_TO_FIFTY, Scenario.ONE_TO_ONE);
  }

  @Test
  void aTitleWithACommaIsNotTheOneThatItBeginsWith() {
    assertThat(BenchOptions.parse("--only", "1→50, a burst a turn").only())
        .containsExactly(Scenario.ONE_TO_FIFTY_LIGHT);
    assertThat(BenchOptions.parse("--only", "1→50,meeting").only())
        .containsExactly(Scenario.ONE_TO_FIFTY, Scenario.MEETING);
  }

  @Test
  void chosenScenariosAreMeasuredAsTheyUsuallyAre() {
    assertThat(BenchOptions.parse("--only", "1→50").cases()).containsExactly(BenchCase.usual(Scenario.ONE_TO_FIFTY));
    assertThat(BenchOptions.parse("--only", "1→50", "--full").cases())
        .contains(BenchCase.usual(Scenario.ONE_TO_FIFTY))
        .hasSizeGreaterThan(1)
        .allMatch(one -> one.scenario() == Scenario.ONE_TO_FIFTY);
  }

  @Test
  void whatIsNotThereIsNamedInOneLine() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BenchOptions.parse("--only", "meeting,party"))
        .withMessageStartingWith("no scenario is called \"party\"; there are: one-to-one, ")
        .withMessageNotContaining("\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BenchOptions.parse("--only", ","))
        .withMessageStartingWith("no scenario is called \"\"");
    assertThatIllegalArgumentException().isThrownBy(() -> BenchOptions.parse("--only")).withMessageContaining("--only");
    assertThatIllegalArgumentException().isThrownBy(() -> BenchOptions.parse("--fast")).withMessageContaining("--fast");
  }
}
