package sfu.load.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ServerProbeTest {

  /** Burns a processor until it is told to end, in a child, as a launcher has its server. */
  private static final String CHILD_BURNS =
      "(echo begun; while :; do :; done) & child=$!; read -r line; kill $child; wait $child 2>/dev/null;"
          + " echo ended; read -r line";

  private static final String GROWS =
      "$| = 1; print qq(small\\n); <STDIN>; $x = 'x' x 64_000_000; print qq(large\\n); <STDIN>";

  private Process process;

  @AfterEach
  void end() {
    if (process != null) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Test
  void aChildsProcessorTimeCountsAndStaysCountedWhenTheChildIsGone() throws IOException, InterruptedException {
    process = new ProcessBuilder("bash", "-c", CHILD_BURNS).start();
    BufferedReader said = process.inputReader();
    assertThat(said.readLine()).isEqualTo("begun");
    ServerProbe probe = new ServerProbe(process.pid());

    double burnt = 0;
    while (burnt < 0.2) {
      Thread.onSpinWait();
      burnt = probe.read().orElseThrow().cpuSeconds();
    }
    assertThat(probe.pids()).hasSize(2);
    process.outputWriter().append("end the child\n").flush();
    assertThat(said.readLine()).isEqualTo("ended");

    assertThat(probe.pids()).containsExactly(process.pid());
    assertThat(probe.read().orElseThrow().cpuSeconds()).isGreaterThanOrEqualTo(burnt);
  }

  @Test
  void memoryIsWhatTheProcessTouched() throws IOException {
    process = new ProcessBuilder("perl", "-e", GROWS).start();
    BufferedReader said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    ServerProbe probe = new ServerProbe(process.pid());
    assertThat(said.readLine()).isEqualTo("small");
    double before = probe.read().orElseThrow().rssBytes();

    process.outputWriter().append("grow\n").flush();
    assertThat(said.readLine()).isEqualTo("large");

    assertThat(probe.read().orElseThrow().rssBytes() - before).isBetween(60e6, 200e6);
  }

  @Test
  void aProcessThatIsGoneHasNothing() throws IOException, InterruptedException {
    process = new ProcessBuilder("true").start();
    process.waitFor();

    assertThat(new ServerProbe(process.pid()).read()).isEmpty();
  }
}
