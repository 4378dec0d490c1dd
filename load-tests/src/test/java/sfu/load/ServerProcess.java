package sfu.load;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import sfu.load.client.Channel;
import sfu.load.client.ChannelApi;

/** A real server on the loopback, as built by Maven's package phase, in a process of its own. */
public final class ServerProcess implements AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
  private static final byte[] AUTH_KEY = new byte[32];

  private final HttpClient http = HttpClient.newHttpClient();
  private final ProcessBuilder builder;
  private final URI address;
  private final Path log;
  private final Path handover;
  private Process process;

  private ServerProcess(ProcessBuilder builder, URI address, Path log, Path handover) throws IOException {
    this.builder = builder;
    this.address = address;
    this.log = log;
    this.handover = handover;
    this.process = builder.start();
  }

  /** Starts a server with these variables besides the required ones, and waits until it answers. */
  public static ServerProcess start(Map<String, String> environment) throws IOException, InterruptedException {
    Path node = repository().resolve("sfu-node/target");
    if (!Files.isDirectory(node.resolve("lib"))) {
      throw new IllegalStateException("the server isn't built: ./sfu build (or mvn package) makes " + node);
    }
    int port = freePort();
    Path log = Files.createTempFile("sfu-server", ".log");
    Path handover = Files.createTempFile("sfu-handover", ".json");
    ProcessBuilder builder =
        new ProcessBuilder(command(node)).redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile()));
    builder.environment().putAll(Map.of(
        "PUBLIC_IP", "127.0.0.1",
        "HTTP_INTERFACE", "127.0.0.1",
        "PORT", Integer.toString(port),
        "AUTH_KEY", Base64.getEncoder().encodeToString(AUTH_KEY),
        "SFU_HANDOVER", handover.toString(),
        "LOG_LEVEL", "info"));
    builder.environment().putAll(environment);
    ServerProcess server = new ServerProcess(builder, URI.create("http://127.0.0.1:" + port), log, handover);
    try {
      server.awaitStart();
    } catch (IOException | InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  /** Its HTTP API, with its key. */
  public ChannelApi api() {
    return new ChannelApi(http, address, AUTH_KEY);
  }

  /** A channel of its own for a test. */
  public Channel channel(String issuer) {
    return api().channel(issuer, true).join();
  }

  /** Sends it a signal, as "ALRM". */
  public void signal(String name) throws IOException, InterruptedException {
    int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IllegalStateException("kill -" + name + " ended with " + status);
    }
  }

  /** Asks it to stop, and starts it again with its channels, as the launcher does on SIGFPE. */
  public void restart() throws IOException, InterruptedException {
    end();
    process = builder.start();
    awaitStart();
  }

  /** What it logged so far, for messages about failures. */
  public String logged() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "its log can't be read: " + e;
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    http.shutdownNow();
    end();
    Files.deleteIfExists(log);
    Files.deleteIfExists(handover);
  }

  private void end() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  /** The folder that has all modules. */
  public static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("client-bundle"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("not inside the repository: " + Path.of("").toAbsolutePath());
      }
    }
    return folder;
  }

  /** The options of this JVM, which Maven starts as the launcher starts the node, but for its heap's size. */
  private static List<String> command(Path node) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--"))
        .forEach(command::add);
    String classPath = node.resolve("classes") + ":" + node.resolve("lib") + "/*";
    command.addAll(List.of("-cp", classPath, "sfu.node.Main", "start"));
    return command;
  }

  private void awaitStart() throws IOException, InterruptedException {
    HttpRequest noop = HttpRequest.newBuilder(address.resolve("/v1/noop")).timeout(Duration.ofSeconds(3)).build();
    long deadlineNanos = System.nanoTime() + START_TIMEOUT.toNanos();
    while (!answers(noop)) {
      if (process.waitFor(POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("the server ended with " + process.exitValue() + ":\n" + logged());
      }
      if (System.nanoTime() - deadlineNanos > 0) {
        throw new IllegalStateException("the server didn't answer within " + START_TIMEOUT + ":\n" + logged());
      }
    }
  }

  private boolean answers(HttpRequest noop) throws InterruptedException {
    try {
      HttpResponse<Void> response = http.send(noop, BodyHandlers.discarding());
      return response.statusCode() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
