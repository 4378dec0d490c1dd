package sfu.load.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sfu.load.engine.StreamQuality;
import sfu.load.report.RunResult;
import sfu.load.server.ServerOfTests;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.Json;

/** A short run of each scenario at a real server: who joined, what came and what the server says of it. */
class LoadRunTest {

  private static final String QUICK = " --ramp 20/s --threads 1 --warm-up off";

  /** Few and small pictures, which a busy machine encodes and decodes in time. */
  private static final String LIGHT = " --fps 5 --bitrate 100K";

  private static final String KEY =
      Base64.getEncoder().encodeToString("a key of a test".getBytes(StandardCharsets.UTF_8));

  @RegisterExtension
  private static final ServerOfTests SERVER = new ServerOfTests(Map.of("NUM_WORKERS", "1", "AUTH_KEY", KEY));

  @TempDir
  private Path folder;

  /** Streams are those of everybody to everybody else in the channel. */
  @ParameterizedTest
  @CsvSource({
    "--scenario meeting --channels 2 --participants 3, 6, 6, 0, 24",
    "--scenario webinar --participants 6, 6, 1, 0, 10",
    "--scenario audio --participants 5, 5, 0, 0, 20",
    "--scenario churn --participants 3 --churn 2/s, 3, 3, 0, 12",
    "--scenario screen --participants 5, 5, 0, 1, 16"
  })
  void everybodyGetsEverythingAndTheServerCountsTheSame(
      String scenario, int sessions, int cameras, int screens, int streams)
      throws UsageException, IOException, InterruptedException {
    RunResult run = load(scenario + " --duration 2s" + QUICK).runs().getFirst();

    assertComplete(run, sessions, cameras, screens, streams);
  }

  /** The same by libwebrtc, whose decoders say what a person would have seen; of a voice there are samples. */
  @ParameterizedTest
  @CsvSource({
    "--scenario meeting --participants 2 --video one, 2, 2, 0, 4",
    "--scenario webinar --participants 3 --video one, 3, 1, 0, 4",
    "--scenario audio --participants 3 --video off, 3, 0, 0, 6",
    "--scenario churn --participants 2 --video one --churn 1/s, 2, 2, 0, 4",
    "--scenario screen --participants 3 --publishers 2 --video one, 3, 0, 1, 6"
  })
  void nativeParticipantsDecodeEverythingAndTheServerCountsTheSame(
      String scenario, int sessions, int cameras, int screens, int streams)
      throws UsageException, IOException, InterruptedException {
    String light = scenario.endsWith("off") ? "" : LIGHT;
    RunResult run =
        load("--engine native " + scenario + light + " --duration 2s --ramp 20/s --warm-up off").runs().getFirst();

    assertComplete(run, sessions, cameras, screens, streams);
    List<StreamQuality> received =
        run.attendees().stream().flatMap(report -> report.streams().stream()).toList();
    assertThat(received)
        .filteredOn(stream -> stream.stream().type().kind() == MediaKind.VIDEO)
        .hasSizeGreaterThanOrEqualTo(cameras + screens)
        .allMatch(stream -> stream.frames() > 0 && stream.width() > 0 && stream.width() * 9 == stream.height() * 16);
    assertThat(received)
        .filteredOn(stream -> stream.stream().type() == StreamType.AUDIO)
        .isNotEmpty()
        .allMatch(stream -> stream.concealedShare() >= 0);
  }

  private static void assertComplete(RunResult run, int sessions, int cameras, int screens, int streams) {
    // This machine may do a lot besides: how late packets are, and whether all come, is nothing to test here.
    assertThat(run.problems()).allMatch(LoadRunTest::isOfAMoment);
    assertThat(run.remarks())
        .allMatch(remark -> remark.startsWith("The server may not be")
            || isOfAMoment(remark.substring(remark.indexOf(": ") + 2)));
    assertThat(run.total().failed()).as("%s", run.remarks()).isZero();
    assertThat(run.total().joined()).isGreaterThanOrEqualTo(sessions);
    assertThat(run.attendees()).hasSize(sessions).allMatch(report -> report.connected() && report.inCall());
    assertThat(run.attendees().stream().mapToInt(report -> report.streams().size()).sum())
        .isGreaterThanOrEqualTo(streams);
    assertThat(run.serverStats())
        .containsEntry("sessions", sessions + " of " + sessions)
        .containsEntry("cameras", cameras + " of " + cameras)
        .containsEntry("screens", screens + " of " + screens);
    assertThat(run.total().packetsIn()).isPositive();
    assertThat(run.total().packetsOut()).isPositive();
    assertThat(run.total().serverCpuSeconds()).isPositive();
    assertThat(run.total().serverRssLast()).isPositive();
    assertThat(run.seconds()).isNotEmpty();
    assertThat(run.attendees().stream().flatMap(report -> report.streams().stream()))
        .allMatch(stream -> stream.packets() > 0);
  }

  private static boolean isOfAMoment(String problem) {
    return problem.startsWith("p99 of the delay") || problem.startsWith("loss");
  }

  @Test
  void theReportIsThereAndKeepsTheKeyToItself() throws UsageException, IOException, InterruptedException {
    LoadOptions options =
        options("--scenario audio --participants 3 --duration 1s" + QUICK + " --report " + folder);

    int code = LoadMain.run(options, new RunClock.System(), quiet());

    assertThat(code).isIn(LoadMain.WELL, LoadMain.BROKE);
    String page = Files.readString(folder.resolve("report.html"));
    String data = Files.readString(folder.resolve("report.json"));
    assertThat(page).contains("audio: 1 channel of 3").doesNotContain(KEY);
    assertThat(data).doesNotContain(KEY);
    JsonNode result = Json.parse(data).orElseThrow();
    assertThat(result.path("runs")).hasSize(1);
    assertThat(result.path("command").asText()).startsWith("./sfu load --url " + SERVER.get().address());
  }

  @Test
  void twoServersTakeTurns() throws UsageException, IOException, InterruptedException {
    LoadCommand.Outcome outcome =
        load("--scenario audio --participants 3 --duration 1s" + QUICK + " --rounds 1 --compare "
            + SERVER.get().address() + " --compare-pid " + SERVER.get().pid());

    assertThat(outcome.runs()).hasSize(2).extracting(RunResult::label).containsOnly("round 1");
    assertThat(outcome.comparison()).isNotEmpty();
  }

  @Test
  void aKeyThatIsNotTheServersIsSaidInALine() throws UsageException, InterruptedException {
    LoadOptions options =
        OptionParser.parse(
            List.of("--url", SERVER.get().address().toString(), "--report", folder.toString()),
            Map.of(OptionParser.KEY_VARIABLE, "b3RoZXI="));
    ByteArrayOutputStream said = new ByteArrayOutputStream();

    int code = LoadMain.run(options, new RunClock.System(), new LiveLine(new PrintStream(said), false));

    assertThat(code).isEqualTo(LoadMain.NOT_TRIED);
    assertThat(Files.exists(folder.resolve("report.html"))).isFalse();
  }

  private static LoadCommand.Outcome load(String typed) throws UsageException, IOException, InterruptedException {
    return new LoadCommand(options(typed), new RunClock.System(), quiet()).run();
  }

  private static LoadOptions options(String typed) throws UsageException {
    String where = "--url %s --server-pid %d --pin off ".formatted(SERVER.get().address(), SERVER.get().pid());
    return OptionParser.parse(List.of((where + typed).split(" ")), Map.of(OptionParser.KEY_VARIABLE, KEY));
  }

  private static LiveLine quiet() {
    return new LiveLine(new PrintStream(PrintStream.nullOutputStream()), false);
  }
}
