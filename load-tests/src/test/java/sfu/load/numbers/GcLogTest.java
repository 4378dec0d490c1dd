package sfu.load.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sfu.load.run.Window;

class GcLogTest {

  @TempDir
  private Path folder;

  @Test
  void onlyPausesWithinTheWindowCount() {
    List<String> lines =
        List.of(
            "[100ns] Using Serial",
            "[200ns] GC(0) Pause Young (Allocation Failure) 12M->5M(60M) 9.000ms",
            "[300ns] GC(1) Pause Young (Allocation Failure) 12M->5M(60M) 2.345ms",
            "[350ns] GC(2) Concurrent Mark Cycle 20.5ms",
            "[400ns] GC(3) Pause Full (System.gc()) 12M->5M(60M) 0.155ms",
            "[500ns] GC(4) Pause Young (Allocation Failure) 12M->5M(60M) 8.000ms");

    GcLog.Pauses pauses = GcLog.pauses(lines, new Window(250, 500));

    assertThat(pauses.count()).isEqualTo(2);
    assertThat(pauses.longestMillis()).isEqualTo(2.345);
    assertThat(pauses.totalMillis()).isCloseTo(2.5, within(1e-9));
  }

  @Test
  void aServerWithoutPausesHasNone() {
    assertThat(GcLog.pauses(List.of("[100ns] Using G1"), new Window(0, 1))).isEqualTo(new GcLog.Pauses(0, 0, 0));
  }

  @Test
  void ofAServerThatLoggedNothingNobodyKnowsThePauses() throws IOException {
    Path log = Files.createFile(folder.resolve("empty.log"));

    assertThat(GcLog.read(log, new Window(0, 1))).isEqualTo(GcLog.Pauses.UNKNOWN);
    assertThat(GcLog.read(folder.resolve("none.log"), new Window(0, 1))).isEqualTo(GcLog.Pauses.UNKNOWN);
  }

  /** Moments in another process' log are those of this one's clock. */
  @Test
  void theCollectorsOfAnotherJavaAreSeen() throws IOException, InterruptedException {
    Path log = folder.resolve("gc.log");
    long before = System.nanoTime();
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                GcLog.javaOption(log),
                "-cp",
                System.getProperty("java.class.path"),
                Collecting.class.getName())
            .inheritIO()
            .start();
    assertThat(java.waitFor()).isZero();
    long after = System.nanoTime();

    assertThat(GcLog.read(log, new Window(before, after)).count()).isEqualTo(2);
    assertThat(GcLog.read(log, new Window(after, after + 1)).count()).isZero();
  }

  /** Pauses twice. */
  static final class Collecting {
    public static void main(String[] arguments) {
      System.gc();
      System.gc();
    }
  }
}
