package sfu.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sfu.protocol.signal.Json;

/**
 * The node's process: what it says when it can't start, its exit codes, and the signals that it takes itself. SIGFPE
 * and SIGINT are the launcher's (launcher.test.js of the browser tests).
 */
class MainTest {

  private static final long PATIENCE_SECONDS = 90;

  @TempDir private Path folder;

  private Process start(String... environment) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--"))
        .forEach(command::add);
    // Quick to start rather than quick to run.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    command.addAll(List.of("-cp", classPath, "sfu.node.Main", "start"));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(folder.resolve("stderr").toFile());
    builder.environment().putAll(
        Map.of(
            "PUBLIC_IP", "127.0.0.1",
            "HTTP_INTERFACE", "127.0.0.1",
            "RTC_INTERFACE", "127.0.0.1",
            "NUM_WORKERS", "1",
            "AUTH_KEY", Base64.getEncoder().encodeToString(TestNode.KEY)));
    for (int i = 0; i < environment.length; i += 2) {
      builder.environment().put(environment[i], environment[i + 1]);
    }
    return builder.start();
  }

  /** Exit code 2, nothing on stdout, and this on stderr, which is one line. */
  private void assertRefused(Process process, String line) throws Exception {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
    assertThat(Files.readAllLines(folder.resolve("stderr"))).singleElement().asString().contains(line);
  }

  private static void signal(String name, Process process) throws Exception {
    assertThat(new ProcessBuilder("kill", "-s", name, String.valueOf(process.pid())).start().waitFor()).isZero();
  }

  private static String readUntil(BufferedReader output, String text) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.contains(text)) {
        return line;
      }
    }
    throw new AssertionError("ended without: " + text);
  }

  @Test
  void aValueThatMakesNoSenseIsOneLineAndExitCode2() throws Exception {
    assertRefused(start("PORT", "http"), "PORT takes a whole number from 1 to 65535, but is \"http\"");
  }

  @Test
  void aBusyHttpPortIsOneLineAndExitCode2() throws Exception {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = String.valueOf(busy.getLocalPort());
      assertRefused(start("PORT", port), "PORT " + port);
    }
  }

  @Test
  void aBusyMediaPortIsOneLineAndExitCode2() throws Exception {
    try (DatagramSocket busy = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
      String port = String.valueOf(busy.getLocalPort());
      assertRefused(
          start("PORT", String.valueOf(TestNode.freePort()), "RTC_MIN_PORT", port, "RTC_MAX_PORT", port), port);
    }
  }

  @Test
  void aBusyPortThatAnOperatorAskedForIsOneLineAndExitCode2() throws Exception {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = String.valueOf(busy.getLocalPort());
      assertRefused(start("MANAGEMENT_PORT", port), "MANAGEMENT_PORT " + port + " can't be bound on 127.0.0.1");
      assertRefused(
          start("CLUSTER_PORT", port, "CLUSTER_HOST", "127.0.0.1", "CLUSTER_SEEDS", "127.0.0.1:" + port),
          "CLUSTER_PORT " + port + " can't be bound on CLUSTER_HOST 127.0.0.1");
    }
  }

  @Test
  void signalsPrintStatisticsCloseAllSessionsAndStop() throws Exception {
    int port = TestNode.freePort();
    HttpClient http = HttpClient.newHttpClient();
    Process process = start("PORT", String.valueOf(port), "LOG_LEVEL", "none");
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      readUntil(output, "SFU ready");
      String uuid = channel(http, port);
      TestClient closed = join(http, port, uuid);

      signal("IO", process);
      assertThat(readUntil(output, "1 channels")).contains("1 sessions");
      assertThat(readUntil(output, uuid)).contains("1 sessions");
      assertThat(readUntil(output, "media worker 0: ")).contains("% busy", "packets a second");

      signal("ALRM", process);
      assertThat(closed.closeCode()).isEqualTo(4108);
      assertThat(channel(http, port)).isEqualTo(uuid);
      TestClient again = join(http, port, uuid);

      signal("TERM", process);
      assertThat(again.closeCode()).isEqualTo(1001);
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  private static String channel(HttpClient http, int port) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/channel?webRTC=false"))
            .header("Authorization", "jwt " + TestNode.jwt(Map.of("iss", "signals")))
            .build();
    return TestNode.json(http.send(request, HttpResponse.BodyHandlers.ofString())).get("uuid").textValue();
  }

  private static TestClient join(HttpClient http, int port, String uuid) {
    return TestClient.open(http, URI.create("ws://127.0.0.1:" + port))
        .send(
            Json.write(
                Map.of("channelUUID", uuid, "jwt", TestNode.jwt(Map.of("sfu_channel_uuid", uuid, "session_id", 1)))))
        .welcome();
  }
}
