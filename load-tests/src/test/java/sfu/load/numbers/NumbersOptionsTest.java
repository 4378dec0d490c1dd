package sfu.load.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sfu.load.run.UsageException;

class NumbersOptionsTest {

  @Test
  void withoutNamesAllAreMeasuredButTheLongOne() throws UsageException {
    NumbersOptions options = parse("");

    assertThat(options.experiments())
        .extracting(Experiment::name)
        .containsExactly("cost", "delay", "memory", "joins", "growth", "workers");
    assertThat(options.rounds()).isEqualTo(3);
    assertThat(options.duration()).isEmpty();
  }

  @Test
  void namesAndOptionsMayStandInAnyOrder() throws UsageException {
    NumbersOptions options = parse("churn --rounds 5 --duration 2m joins --out there churn");

    assertThat(options.experiments()).extracting(Experiment::name).containsExactly("churn", "joins");
    assertThat(options.rounds()).isEqualTo(5);
    assertThat(options.duration()).contains(Duration.ofMinutes(2));
    assertThat(options.folder()).contains(Path.of("there"));
  }

  @Test
  void theCommandOfAnExperimentMeasuresItAlone() throws UsageException {
    NumbersOptions options = parse("joins cost --duration 2m");

    assertThat(options.command(options.experiments().getLast()))
        .isEqualTo("./sfu numbers cost --rounds 3 --duration 120s");
    assertThat(parse("joins --quick").command(options.experiments().getFirst()))
        .isEqualTo("./sfu numbers joins --quick");
  }

  @Test
  void quickIsOneRound() throws UsageException {
    assertThat(parse("--quick").rounds()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " -> ",
      quoteCharacter = '`',
      textBlock =
          """
          costs -> there is no costs: cost, delay, memory, joins, growth, workers and churn can be measured
          --fast -> --fast is unknown; --help lists what is possible
          --rounds -> --rounds needs a value: N
          --out --quick -> --out needs a value: FOLDER
          --rounds 0 -> --rounds takes a whole number from 1 to 100, not "0"
          --duration soon -> --duration takes a time such as 90s, 30m or 1h, not "soon"
          --quick --rounds 2 -> --quick has rounds and a duration of its own: one, and seconds
          """)
  void aWrongArgumentGetsOneLineThatSaysWhatIsPossible(String typed, String line) {
    assertThatThrownBy(() -> parse(typed)).isInstanceOf(UsageException.class).hasMessage(line);
  }

  @Test
  void theHelpNamesEveryExperiment() {
    assertThat(NumbersOptions.help())
        .contains(Experiments.all().stream().map(one -> "\n  " + one.name() + " ").toList());
  }

  private static NumbersOptions parse(String typed) throws UsageException {
    List<String> words = Arrays.stream(typed.split(" ")).filter(word -> !word.isEmpty()).toList();
    return NumbersOptions.parse(words);
  }
}
