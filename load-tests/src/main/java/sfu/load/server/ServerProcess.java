package sfu.load.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import sfu.load.client.Channel;
import sfu.load.client.ChannelApi;
import sfu.node.local.Backend;
import sfu.node.local.NodeCommand;
import sfu.protocol.signal.Json;

/**
 * A real server on the loopback, as built by Maven's package phase, in a process of its own. It is configured by what
 * it is given here alone: of this process' variables it sees those that have nothing to do with a server.
 */
public final class ServerProcess implements AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);
  private static final long POLL_MILLIS = 50;

  /** The least collector, and the compiler that is soonest done: tests start many servers for a short life. */
  private static final List<String> LIGHT = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  /** What a process needs of its surroundings to run at all. */
  private static final Set<String> SURROUNDINGS =
      Set.of("PATH", "HOME", "TMPDIR", "TZ", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "JAVA_HOME");

  /** Gives a process a session of its own, and stays the same process. */
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private static final byte[] AUTH_KEY = new byte[32];

  private final HttpClient http = HttpClient.newHttpClient();
  private final ProcessBuilder builder;
  private final URI address;
  private final URI management;
  private final Path log;
  private final Path handover;
  private Process process;

  private ServerProcess(ProcessBuilder builder, URI address, URI management, Path log, Path handover)
      throws IOException {
    this.builder = builder;
    this.address = address;
    this.management = management;
    this.log = log;
    this.handover = handover;
    this.process = builder.start();
  }

  /** Starts a server with these variables besides the required ones, and waits until it answers. */
  public static ServerProcess start(Map<String, String> environment) throws IOException, InterruptedException {
    return ready(launch(environment), () -> {});
  }

  /**
   * The same to measure it: by another command, and beyond the reach of Ctrl-C, which a terminal sends to all that it
   * started. It ends when this process does.
   *
   * @param command words that start a node, the first its Java; empty for the build at hand, with the JVM as it is
   * @param javaOptions that come before those of the command
   * @param check is run now and then while the server starts; what it throws is the end of it
   */
  public static ServerProcess startMeasured(
      Map<String, String> environment, List<String> command, List<String> javaOptions, Runnable check)
      throws IOException, InterruptedException {
    Map<String, String> all = new HashMap<>(environment);
    all.put("SFU_LAUNCHER", Long.toString(ProcessHandle.current().pid()));
    List<String> words = new ArrayList<>(Files.isExecutable(SETSID) ? List.of(SETSID.toString()) : List.of());
    int java = words.size();
    words.addAll(command.isEmpty() ? command(List.of(), List.of()) : command);
    words.addAll(java + 1, javaOptions);
    return ready(launch(all, words), check);
  }

  private static ServerProcess ready(ServerProcess server, Runnable check) throws IOException, InterruptedException {
    try {
      server.awaitReady(check);
    } catch (RuntimeException | InterruptedException e) {
      server.close();
      throw e;
    }
    return server;
  }

  /** Starts a server, and waits for nothing. All of the same key. */
  public static ServerProcess launch(Map<String, String> environment) throws IOException {
    return launch(environment, List.of(), List.of());
  }

  /**
   * The same, but of another build, or somewhere else.
   *
   * @param classes folders and jars that come before the build at hand
   * @param prefix words before its command, as of one that changes its network
   */
  public static ServerProcess launch(Map<String, String> environment, List<Path> classes, List<String> prefix)
      throws IOException {
    List<String> words = new ArrayList<>(prefix);
    words.addAll(command(classes, LIGHT));
    return launch(environment, words);
  }

  /** What starts the build at hand, with such classes before it. */
  private static List<String> command(List<Path> classes, List<String> javaOptions) {
    Path node = repository().resolve("sfu-node/target");
    if (!Files.isDirectory(node.resolve("lib"))) {
      throw new IllegalStateException("the server isn't built: ./sfu build (or mvn package) makes " + node);
    }
    List<String> classPath = new ArrayList<>(classes.stream().map(Path::toString).toList());
    classPath.add(node.resolve("classes").toString());
    classPath.add(node.resolve("lib") + "/*");
    List<String> command = new ArrayList<>(NodeCommand.withClassPath(String.join(":", classPath), "start"));
    command.addAll(1, javaOptions);
    return command;
  }

  private static ServerProcess launch(Map<String, String> environment, List<String> command) throws IOException {
    String port = Integer.toString(freePort());
    String managementPort = environment.getOrDefault("MANAGEMENT_PORT", Integer.toString(freePort()));
    String managementHost = environment.getOrDefault("MANAGEMENT_HOST", "127.0.0.1");
    String host = environment.getOrDefault("HTTP_INTERFACE", "127.0.0.1");
    Path log = temporary("sfu-server", ".log");
    Path handover = temporary("sfu-handover", ".json");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile()));
    // Whoever starts servers here may have sourced a production node's variables, its cluster's seeds among them.
    builder.environment().keySet().retainAll(SURROUNDINGS);
    builder.environment().putAll(Map.of(
        "PUBLIC_IP", "127.0.0.1",
        "HTTP_INTERFACE", "127.0.0.1",
        "PORT", port,
        "MANAGEMENT_PORT", managementPort,
        "AUTH_KEY", Base64.getEncoder().encodeToString(AUTH_KEY),
        "SFU_HANDOVER", handover.toString(),
        "LOG_LEVEL", "info"));
    builder.environment().putAll(environment);
    return new ServerProcess(
        builder,
        uri(host, builder.environment().get("PORT")),
        uri(managementHost, managementPort),
        log,
        handover);
  }

  /** A file that doesn't outlive this process, even if that is asked to end before the server is closed. */
  private static Path temporary(String prefix, String suffix) throws IOException {
    Path file = Files.createTempFile(prefix, suffix);
    file.toFile().deleteOnExit();
    return file;
  }

  /** In a URL an IPv6 address has brackets. */
  private static URI uri(String host, String port) {
    return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
  }

  /** Waits until it takes connections: in a cluster, until it is let in. */
  public void awaitReady() throws InterruptedException {
    awaitReady(() -> {});
  }

  private void awaitReady(Runnable check) throws InterruptedException {
    await(
        "ready",
        () -> {
          check.run();
          return get(management.resolve("/ready")).statusCode() == 200;
        });
  }

  /** Waits until this holds of the server, which must live on; what it logged is in the message if it never does. */
  public void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + START_TIMEOUT.toNanos();
    while (true) {
      boolean ended = !process.isAlive();
      try {
        if (condition.getAsBoolean()) {
          return;
        }
      } catch (UnansweredException _) {
        // It may yet.
      }
      if (ended) {
        throw new IllegalStateException("the server ended with " + process.exitValue() + ":\n" + logged());
      }
      if (System.nanoTime() - deadlineNanos > 0) {
        throw new IllegalStateException("the server isn't " + what + " within " + START_TIMEOUT + ":\n" + logged());
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static final class UnansweredException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnansweredException(Exception cause) {
      super(cause);
    }
  }

  private HttpResponse<String> get(URI uri) {
    return send(HttpRequest.newBuilder(uri));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.timeout(ANSWER_TIMEOUT).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UnansweredException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnansweredException(e);
    }
  }

  /** Its HTTP API, with its key. */
  public ChannelApi api() {
    return new ChannelApi(http, address, AUTH_KEY);
  }

  /** A channel of its own for a test. */
  public Channel channel(String issuer) {
    return api().channel(issuer, true).join();
  }

  /** What its management port answers to this. */
  public HttpResponse<String> manage(String method, String path, HttpRequest.BodyPublisher body) {
    return send(
        HttpRequest.newBuilder(management.resolve(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .method(method, body));
  }

  /** What its management port has at this path. */
  public HttpResponse<String> manage(String path) {
    return get(management.resolve(path));
  }

  /** Where its HTTP API and its WebSockets are. */
  public URI address() {
    return address;
  }

  /** The same for a balancer, with the question whether it is ready. */
  Backend backend() {
    return new Backend(new InetSocketAddress(address.getHost(), address.getPort()), management.resolve("/ready"));
  }

  /** Its process. */
  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** The nodes of the cluster that it sees as up; 0 if it doesn't say. */
  public int membersUp() {
    return count(managed("/cluster/members").path("members"), member -> member.path("status").asText().equals("Up"));
  }

  /** Whether it takes calls. */
  public boolean isReady() {
    try {
      return isAlive() && manage("/ready").statusCode() == 200;
    } catch (UnansweredException _) {
      return false;
    }
  }

  /** Whether a shard of channels and sessions is on it. */
  public boolean hasShard(int shard) {
    String id = Integer.toString(shard);
    JsonNode regions = managed("/cluster/shards/room").path("regions");
    return count(regions, region -> region.path("shardId").asText().equals(id)) > 0;
  }

  private JsonNode managed(String path) {
    try {
      return Json.parse(manage(path).body()).orElseGet(MissingNode::getInstance);
    } catch (UnansweredException _) {
      return MissingNode.getInstance();
    }
  }

  private static int count(JsonNode list, Predicate<JsonNode> which) {
    int count = 0;
    for (JsonNode each : list) {
      count += which.test(each) ? 1 : 0;
    }
    return count;
  }

  /** Sends it a signal, as "ALRM". */
  public void signal(String name) throws IOException, InterruptedException {
    int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IllegalStateException("kill -" + name + " ended with " + status);
    }
  }

  /** Asks it to stop, and waits for nothing. */
  public void terminate() {
    process.destroy();
  }

  /** Asks it to stop, and starts it again with its channels, as the launcher does on SIGFPE. */
  public void restart() throws IOException, InterruptedException {
    end();
    process = builder.start();
    awaitReady();
  }

  /** Ends it at once, as the loss of its machine would. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Waits for its end, which must come by itself. */
  public int exitCode() throws InterruptedException {
    if (!process.waitFor(START_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("the server still runs:\n" + logged());
    }
    return process.exitValue();
  }

  /** What it logged so far, for messages about failures. */
  public String logged() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "its log can't be read: " + e;
    }
  }

  /**
   * Asks it to stop, and waits for that; it may still have something to write.
   *
   * @return whether it ended in order
   */
  public boolean stop(Duration patience) throws InterruptedException {
    process.destroy();
    return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 0;
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
    if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  /** The folder that has all modules, from wherever a command is typed. */
  public static Path repository() {
    Path classes = classes();
    Path folder = classes;
    while (!Files.isDirectory(folder.resolve("client-bundle"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("not inside the repository: " + classes);
      }
    }
    return folder;
  }

  private static Path classes() {
    try {
      return Path.of(ServerProcess.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("classes that come from nowhere", e);
    }
  }

  /** A TCP port of loopback that nobody listens on and that nobody was told before. */
  public static int freePort() throws IOException {
    return FreePorts.next();
  }
}
