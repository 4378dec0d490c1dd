package sfu.load.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sfu.load.run.LoadedServer;
import sfu.load.run.Loads;
import sfu.load.run.ServerSettings;
import sfu.load.run.StoppedException;
import sfu.load.run.UsageException;
import sfu.protocol.signal.Json;

/** One experiment from a server's start to the files, as small as it can be. */
class JoinsExperimentTest {

  @TempDir
  private Path folder;

  @Test
  void joinsOfANewAndOfAWarmServerAreInTheTableThePlotAndTheFile()
      throws UsageException, IOException, InterruptedException {
    NumbersOptions options = NumbersOptions.parse(List.of("joins", "--quick"));
    Experiment joins = options.experiments().getFirst();
    Loads loads = new Loads(new PrintStream(OutputStream.nullOutputStream()), false);
    Lab lab = new Lab(options, loads);
    Notebook notebook = new Notebook(folder);

    Finding finding = joins.run(lab);
    String text = notebook.add(joins, options.command(joins), "2026-11-25T10:00:00Z", finding, lab);

    assertThat(text)
        .contains("| just started | p99, ms | ", "| warm | p99, ms | ", "`./sfu numbers joins --quick`, 2026-11-25");
    assertThat(folder.resolve("joins.svg")).content().contains("just started", "warm");
    JsonNode page = onlyPage();
    assertThat(page.path("failure").isNull()).isTrue();
    assertThat(page.path("runs")).hasSize(2);
    for (JsonNode run : page.path("runs")) {
      assertThat(run.path("command").asText()).contains("--scenario webinar", "--participants 4");
      // The publisher has nobody to wait for.
      assertThat(run.path("looks").path(0).path("joinMillis")).hasSize(3);
    }
  }

  @Test
  void whatKeepsAnExperimentFromItsNumbersIsInTheFile() throws UsageException, IOException {
    NumbersOptions options = NumbersOptions.parse(List.of("joins", "--quick"));
    Experiment joins = options.experiments().getFirst();
    Loads loads = new Loads(new PrintStream(OutputStream.nullOutputStream()), false);

    new Notebook(folder)
        .addFailed(joins, options.command(joins), "2026-11-25T10:00:00Z", "no cores", new Lab(options, loads));

    JsonNode page = onlyPage();
    assertThat(page.path("failure").asText()).isEqualTo("no cores");
    assertThat(page.path("name").asText()).isEqualTo("joins");
  }

  @Test
  void anEndWithinARoundLeavesWhatWasMeasuredBefore() throws UsageException, IOException, InterruptedException {
    NumbersOptions options = NumbersOptions.parse(List.of("joins", "--quick"));
    Loads loads = new Loads(new PrintStream(OutputStream.nullOutputStream()), false);
    Lab lab = new Lab(options, loads);
    List<Trial> measured = new ArrayList<>();
    String load = "--scenario webinar --participants 2 --ramp 10/s --warm-up off --duration 1s";

    try (LoadedServer server = lab.start(ServerSettings.of(1, 2))) {
      lab.eachRound(
          () -> {
            measured.add(lab.drive(server, "first", load));
            loads.stop();
            measured.add(lab.drive(server, "second", load));
          });
    }

    assertThat(measured).extracting(Trial::label).containsExactly("first");
    assertThat(lab.shortfalls()).containsExactly("Ended early, by request: round 1 of 1 isn't whole.");
    assertThatThrownBy(() -> lab.eachRound(lab::checkGoesOn)).isInstanceOf(StoppedException.class);
  }

  private JsonNode onlyPage() throws IOException {
    return Json.parse(Files.readString(folder.resolve(Notebook.DATA))).orElseThrow().path("experiments").path(0);
  }
}
