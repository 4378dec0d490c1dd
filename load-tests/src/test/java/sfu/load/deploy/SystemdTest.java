package sfu.load.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The unit of systemd and the kernel's settings. */
class SystemdTest {

  private static final Path SYSTEMD = DeployFolder.DEPLOY.resolve("systemd");

  static boolean systemdIsHere() {
    return Files.isExecutable(Path.of("/usr/bin/systemd-analyze"));
  }

  @Test
  @EnabledIf("systemdIsHere")
  void systemdHasNothingToSayAgainstTheUnit(@TempDir Path folder) throws Exception {
    // What the unit starts isn't installed here.
    String unit = DeployFolder.text(SYSTEMD.resolve("sfu.service")).replace("/opt/sfu/sfu", "/bin/true");
    assertThat(verify(Files.writeString(folder.resolve("sfu.service"), unit))).isEmpty();
    String broken = unit.replace("LimitNOFILE=", "LimitNOFILES=");
    assertThat(verify(Files.writeString(folder.resolve("broken.service"), broken))).contains("LimitNOFILES");
  }

  private static String verify(Path unit) throws Exception {
    Process process = new ProcessBuilder("/usr/bin/systemd-analyze", "verify", unit.toString())
        .redirectErrorStream(true)
        .start();
    String said = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    return said;
  }

  @Test
  void everyLineOfTheUnitIsASectionACommentOrASetting() {
    Set<String> sections = new HashSet<>();
    DeployFolder.text(SYSTEMD.resolve("sfu.service")).lines().filter(line -> !line.isBlank()).forEach(line -> {
      assertThat(line).matches("\\[[A-Z][a-z]+]|#.*|[A-Z][A-Za-z]+=\\S?.*");
      if (line.startsWith("[")) {
        sections.add(line);
      }
    });
    assertThat(sections).containsExactlyInAnyOrder("[Unit]", "[Service]", "[Install]");
  }

  @Test
  void socketBuffersMayBeAsLargeAsAWorkerAsksFor() {
    String source =
        DeployFolder.text(
            DeployFolder.REPOSITORY.resolve("sfu-node/src/main/java/sfu/node/media/io/NetIo.java"));
    int asked =
        DeployFolder.find(Pattern.compile("SOCKET_BUFFER_BYTES = (\\d+) \\* 1024 \\* 1024"), source)
            .map(match -> Integer.parseInt(match.group(1)) << 20)
            .findFirst()
            .orElseThrow();
    String settings = DeployFolder.text(SYSTEMD.resolve("90-sfu.conf"));
    assertThat(settings).contains("net.core.rmem_max = " + asked, "net.core.wmem_max = " + asked);
    settings.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(
        line -> assertThat(Path.of("/proc/sys", line.split("=")[0].replace("-net", "net").strip().split("\\.")))
            .satisfiesAnyOf(
                file -> assertThat(file).exists(), _ -> assertThat(line).as("connection tracking").startsWith("-")));
  }
}
