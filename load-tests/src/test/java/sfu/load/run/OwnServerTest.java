package sfu.load.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server that is measured gets. */
class OwnServerTest {

  private static final Set<String> GIVEN =
      Set.of(
          "AUTH_KEY", "CHANNEL_SIZE", "HTTP_INTERFACE", "LOG_LEVEL", "MANAGEMENT_PORT", "MAX_BITRATE_OUT",
          "NUM_WORKERS", "PORT", "PUBLIC_IP", "SFU_HANDOVER", "SFU_LAUNCHER");

  private static final Set<String> SURROUNDINGS =
      Set.of("PATH", "HOME", "TMPDIR", "TZ", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "JAVA_HOME");

  @TempDir
  private Path folder;

  @Test
  void aServerHasTheVariablesAndTheOptionsThatItIsGivenAndNoneOfTheShells() throws IOException, InterruptedException {
    Path log = folder.resolve("gc.log");
    Map<String, String> environment = Map.of("MAX_BITRATE_OUT", "1000000000");
    try (OwnServer server =
        OwnServer.start(
            new ServerSettings(1, 2, environment, List.of("-Xlog:gc:file=" + log)), new RunClock.System())) {
      assertThat(log).content().contains("Using ");
      assertThat(server.liveHeapBytes()).isBetween(1e6, 200e6);
      assertThat(log).content().contains("Pause Full");
      Path itsOwn = Path.of("/proc", Long.toString(server.venue().processes().getFirst()), "environ");
      assumeThat(itsOwn).exists();
      Set<String> names =
          Stream.of(Files.readString(itsOwn).split("\0"))
              .map(variable -> variable.substring(0, variable.indexOf('=')))
              .filter(name -> !SURROUNDINGS.contains(name))
              .collect(Collectors.toSet());
      assertThat(names).isEqualTo(GIVEN);
    }
  }

  @Test
  void aServerThatNobodyWantsAnyMoreIsNotWaitedFor() {
    RunClock.System clock = new RunClock.System();
    clock.stop();
    List<ProcessHandle> before = ProcessHandle.current().children().toList();

    assertThatThrownBy(() -> OwnServer.start(ServerSettings.of(1, 2), clock)).isInstanceOf(StoppedException.class);
    assertThat(before).containsAll(ProcessHandle.current().children().toList());
  }
}
