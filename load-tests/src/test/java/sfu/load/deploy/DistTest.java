package sfu.load.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sfu.load.client.ChannelApi;
import sfu.load.server.ServerProcess;

/**
 * What `./sfu dist` makes, which is what the image and the systemd unit start: moved to where it wasn't made, in an
 * environment without a JDK, and, where this test may arrange that, as another user and as process 1 of its system.
 */
class DistTest {

  private static final byte[] AUTH_KEY = new byte[32];
  private static final long PATIENCE_SECONDS = 120;
  private static final long POLL_MILLIS = 50;
  private static final String NOBODY = "65534";

  @TempDir private static Path folder;
  private static Path dist;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path log = folder.resolve("log");
  private Process process;
  private URI address;
  private int managementPort;

  /** From what Maven built for these tests, in a folder that looks like the repository: nothing is built again. */
  @BeforeAll
  static void makeDist() throws Exception {
    Path built = DeployFolder.REPOSITORY.resolve("sfu-node/target");
    Path target = Files.createDirectories(folder.resolve("repository/sfu-node/target"));
    Files.createSymbolicLink(target.resolve("lib"), built.resolve("lib"));
    try (Stream<Path> jars = Files.list(built)) {
      for (Path jar : jars.filter(file -> file.getFileName().toString().matches("sfu-node-.*\\.jar")).toList()) {
        Files.createSymbolicLink(target.resolve(jar.getFileName()), jar);
      }
    }
    for (String name : List.of("sfu", "LICENSE")) {
      Files.copy(DeployFolder.REPOSITORY.resolve(name), folder.resolve("repository").resolve(name));
    }
    Path launcher = folder.resolve("repository/sfu");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createFile(target.resolve("built"));

    Path made = folder.resolve("made");
    Path output = folder.resolve("dist.log");
    ProcessBuilder builder =
        new ProcessBuilder(launcher.toString(), "dist", made.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    assertThat(builder.start().waitFor()).as(Files.readString(output)).isZero();
    try (Stream<Path> all = Files.walk(folder.resolve("repository"))) {
      for (Path link : all.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
    dist = Files.move(made, folder.resolve("moved"));
    // JUnit's folder is its user's alone.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void stop() throws Exception {
    http.shutdownNow();
    if (process != null) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void aNodeWithoutAJdkCarriesACallRestartsAndStopsInOrder() throws Exception {
    start();
    ChannelApi api = new ChannelApi(http, address, AUTH_KEY);
    TwoPeers.seeEachOther(api, api.channel("dist", true).join());
    String uuid = api.channel("dist", true).join().uuid();

    signal("FPE");
    await("a restart", () -> starts() == 2 && answers());
    assertThat(api.channel("dist", true).join().uuid()).isEqualTo(uuid);

    signal("TERM");
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(logged()).isZero();
    // A cache that doesn't fit where the folder is now would have been complained about.
    assertThat(logged()).doesNotContainPattern("\\[(aot|cds)[\\],]").contains("libcrypto");
  }

  @Test
  void theImagesHealthCheckIsTheStatusOfOneRequest() throws Exception {
    start();
    String command = DeployFolder.text(DeployFolder.DEPLOY.resolve("container/ready"));
    await("readiness", () -> healthCheck(command, managementPort) == 0);
    assertThat(healthCheck(command.replace("/ready", "/nothing"), managementPort)).isNotZero();
    assertThat(healthCheck(command, ServerProcess.freePort())).isNotZero();
  }

  @AfterAll
  static void makeDeletable() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
  }

  private static int healthCheck(String command, int port) {
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", command).redirectErrorStream(true);
    builder.environment().put("MANAGEMENT_PORT", Integer.toString(port));
    try {
      Process check = builder.start();
      check.getInputStream().readAllBytes();
      return check.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void start() throws Exception {
    int port = ServerProcess.freePort();
    managementPort = ServerProcess.freePort();
    address = URI.create("http://127.0.0.1:" + port);
    List<String> command = new ArrayList<>();
    if (mayIsolate()) {
      command.addAll(List.of("unshare", "--pid", "--fork", "--kill-child", "--mount-proc"));
      command.addAll(List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--no-new-privs"));
    }
    command.addAll(List.of(dist.resolve("sfu").toString(), "start"));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(
        Map.of(
            "PATH", "/usr/bin:/bin",
            "PUBLIC_IP", "127.0.0.1",
            "HTTP_INTERFACE", "127.0.0.1",
            "RTC_INTERFACE", "127.0.0.1",
            "PORT", Integer.toString(port),
            "NUM_WORKERS", "1",
            "MANAGEMENT_PORT", Integer.toString(managementPort),
            "AUTH_KEY", Base64.getEncoder().encodeToString(AUTH_KEY),
            "LOG_LEVEL", "info"));
    process = builder.start();
    await("a start", this::answers);
  }

  private static boolean mayIsolate() throws Exception {
    try {
      return new ProcessBuilder("unshare", "--pid", "--fork", "--mount-proc", "setpriv", "--reuid", NOBODY, "true")
              .start()
              .waitFor()
          == 0;
    } catch (IOException _) {
      return false;
    }
  }

  /** To the launcher, which is the only child of unshare, or the process itself. */
  private void signal(String name) throws Exception {
    long launcher = mayIsolate() ? process.children().findFirst().orElseThrow().pid() : process.pid();
    assertThat(new ProcessBuilder("kill", "-s", name, Long.toString(launcher)).start().waitFor()).isZero();
  }

  private boolean answers() {
    try {
      HttpRequest noop = HttpRequest.newBuilder(address.resolve("/v1/noop")).build();
      return http.send(noop, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException _) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private int starts() {
    return logged().split("SFU ready", -1).length - 1;
  }

  private String logged() {
    return DeployFolder.text(log);
  }

  private void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      boolean ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
      if (ended || System.nanoTime() - deadlineNanos > 0) {
        throw new AssertionError("no " + what + ":\n" + logged());
      }
    }
  }
}
