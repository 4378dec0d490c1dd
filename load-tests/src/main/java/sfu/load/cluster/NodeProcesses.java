package sfu.load.cluster;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A cluster of node processes on loopback, found by seeds, with one key. */
public final class NodeProcesses implements AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
  private static final long POLL_MILLIS = 50;
  private static final int SHARDS = 256;
  private static final byte[] AUTH_KEY = new byte[32];

  private final Path repository;
  private final Map<String, String> environment;
  private final int[] clusterPorts;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<NodeProcess> nodes = new ArrayList<>();

  private NodeProcesses(Path repository, Map<String, String> environment, int count) throws IOException {
    this.repository = repository;
    this.environment = environment;
    this.clusterPorts = new int[count];
    for (int i = 0; i < count; i++) {
      clusterPorts[i] = freePort();
    }
  }

  /**
   * Starts so many nodes and waits until each sees all of them and is ready.
   *
   * @param repository the folder with all modules, built
   * @param environment variables of every node, besides addresses, ports and keys
   */
  public static NodeProcesses start(Path repository, int count, Map<String, String> environment)
      throws IOException, InterruptedException {
    NodeProcesses cluster = new NodeProcesses(repository, environment, count);
    try {
      for (int i = 0; i < count; i++) {
        cluster.nodes.add(cluster.start(i));
      }
      cluster.awaitAllReady(count);
    } catch (IOException | InterruptedException | RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /** Starts the n-th node again, which has ended, and waits until the cluster is whole. */
  public NodeProcess restart(int index) throws IOException, InterruptedException {
    NodeProcess node = start(index);
    nodes.set(index, node);
    awaitAllReady(nodes.size());
    return node;
  }

  public List<NodeProcess> nodes() {
    return List.copyOf(nodes);
  }

  public NodeProcess node(int index) {
    return nodes.get(index);
  }

  /** The addresses of all nodes, beginning with one. */
  public List<URI> urlsFrom(int first) {
    return IntStream.range(0, nodes.size()).mapToObj(i -> nodes.get((first + i) % nodes.size()).url()).toList();
  }

  /** The index of the node where a channel's entity runs. */
  public int indexOfChannel(String uuid) throws InterruptedException {
    int shard = Math.floorMod(uuid.hashCode(), SHARDS);
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).isAlive() && nodes.get(i).hasShard(shard)) {
        return i;
      }
    }
    throw new IllegalStateException("no node has the shard of channel " + uuid);
  }

  /** All logs, for messages about failures. */
  public String logged() {
    return nodes.stream()
        .map(node -> "---- " + node.name() + "\n" + node.logged())
        .collect(Collectors.joining("\n"));
  }

  /** Waits until so many nodes are ready and see each other. */
  public void awaitAllReady(int count) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + START_TIMEOUT.toNanos();
    while (readyNodes(count) < count) {
      for (NodeProcess node : nodes) {
        if (count == nodes.size() && !node.isAlive()) {
          throw new IllegalStateException(node.name() + " ended:\n" + node.logged());
        }
      }
      if (System.nanoTime() - deadlineNanos > 0) {
        throw new IllegalStateException("the cluster isn't whole within " + START_TIMEOUT + ":\n" + logged());
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private int readyNodes(int members) throws InterruptedException {
    int ready = 0;
    for (NodeProcess node : nodes) {
      if (node.isReady() && node.membersUp() == members) {
        ready++;
      }
    }
    return ready;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    http.shutdownNow();
    for (NodeProcess node : nodes) {
      node.discard();
    }
  }

  private NodeProcess start(int index) throws IOException {
    int apiPort = freePort();
    int managementPort = freePort();
    Path log = Files.createTempFile("sfu-node-" + (index + 1) + "-", ".log");
    ProcessBuilder builder = new ProcessBuilder(command()).redirectErrorStream(true).redirectOutput(log.toFile());
    Map<String, String> variables = new HashMap<>();
    variables.put("PUBLIC_IP", "127.0.0.1");
    variables.put("HTTP_INTERFACE", "127.0.0.1");
    variables.put("PORT", Integer.toString(apiPort));
    variables.put("AUTH_KEY", Base64.getEncoder().encodeToString(AUTH_KEY));
    variables.put("NUM_WORKERS", "1");
    variables.put("CLUSTER_HOST", "127.0.0.1");
    variables.put("CLUSTER_PORT", Integer.toString(clusterPorts[index]));
    variables.put(
        "CLUSTER_SEEDS",
        IntStream.of(clusterPorts).mapToObj(port -> "127.0.0.1:" + port).collect(Collectors.joining(",")));
    variables.put("MANAGEMENT_PORT", Integer.toString(managementPort));
    variables.put("LOG_LEVEL", "info");
    variables.putAll(environment);
    builder.environment().putAll(variables);
    return new NodeProcess(
        "node " + (index + 1),
        builder.start(),
        URI.create("http://127.0.0.1:" + apiPort),
        URI.create("http://127.0.0.1:" + managementPort),
        log,
        http,
        AUTH_KEY);
  }

  /** The options of this JVM, which is started as the launcher starts the node, but for its heap's size. */
  private List<String> command() {
    Path node = repository.resolve("sfu-node/target");
    if (!Files.isDirectory(node.resolve("lib"))) {
      throw new IllegalStateException("the server isn't built: ./sfu build (or mvn package) makes " + node);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--"))
        .forEach(command::add);
    command.addAll(List.of("-XX:+UseSerialGC", "-Xms48m", "-Xmx256m", "-XX:TieredStopAtLevel=1"));
    String classPath = node.resolve("classes") + ":" + node.resolve("lib") + "/*";
    command.addAll(List.of("-cp", classPath, "sfu.node.Main", "start"));
    return command;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
