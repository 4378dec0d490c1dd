package sfu.load.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import sfu.node.local.Backend;
import sfu.node.local.Balancer;

/** Several servers that are one cluster, found by their seeds, each under an address that it keeps. */
public final class ServerCluster implements AutoCloseable {

  /** As the server has it; see {@code Rooms}. */
  private static final int SHARDS = 256;

  /** More connections than anybody makes in a test. */
  private static final int MANY = 100;

  private final List<Map<String, String>> environments = new ArrayList<>();
  private final List<List<String>> prefixes = new ArrayList<>();
  private final List<ServerProcess> nodes = new ArrayList<>();

  private Balancer balancer;

  private ServerCluster(List<Map<String, String>> environments, List<List<String>> prefixes) {
    this.environments.addAll(environments);
    this.prefixes.addAll(prefixes);
  }

  /** Starts nodes, with these variables besides those that make them a cluster, and waits until all are ready. */
  public static ServerCluster start(int count, Map<String, String> environment)
      throws IOException, InterruptedException {
    return start(environments(count, environment), Collections.nCopies(count, List.of()));
  }

  /** Starts nodes with these variables, and words before their commands, and waits until all are ready. */
  public static ServerCluster start(List<Map<String, String>> environments, List<List<String>> prefixes)
      throws IOException, InterruptedException {
    ServerCluster cluster = new ServerCluster(environments, prefixes);
    try {
      for (int i = 0; i < environments.size(); i++) {
        cluster.nodes.add(ServerProcess.launch(environments.get(i), List.of(), prefixes.get(i)));
      }
      for (ServerProcess node : cluster.nodes) {
        node.awaitReady();
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /** The variables of nodes that would be one cluster. */
  public static List<Map<String, String>> environments(int count, Map<String, String> environment) throws IOException {
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ports.add(ServerProcess.freePort());
    }
    List<Map<String, String>> environments = new ArrayList<>();
    for (int port : ports) {
      Map<String, String> node = new HashMap<>(environment);
      node.putIfAbsent("NUM_WORKERS", "1");
      node.put("CLUSTER_SEEDS", ports.stream().map(p -> "127.0.0.1:" + p).collect(Collectors.joining(",")));
      node.put("CLUSTER_HOST", "127.0.0.1");
      node.put("CLUSTER_PORT", Integer.toString(port));
      // Kept by a node that is started again, so that a balancer finds it.
      node.put("PORT", Integer.toString(ServerProcess.freePort()));
      node.put("MANAGEMENT_PORT", Integer.toString(ServerProcess.freePort()));
      environments.add(node);
    }
    return environments;
  }

  public ServerProcess node(int index) {
    return nodes.get(index);
  }

  public int size() {
    return nodes.size();
  }

  /** One address for all nodes: a balancer's, as there is one before every cluster that people use. */
  public URI balanced() throws IOException {
    if (balancer == null) {
      List<Backend> backends = nodes.stream().map(ServerProcess::backend).toList();
      balancer = new Balancer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), backends, _ -> {});
    }
    return URI.create("http://127.0.0.1:" + balancer.port());
  }

  /** Addresses for somebody's connections, one after the other: the first leads to this node, all later ones to any. */
  public List<URI> entrance(int first) throws IOException {
    List<URI> addresses = new ArrayList<>(Collections.nCopies(MANY, balanced()));
    addresses.addFirst(node(first).address());
    return addresses;
  }

  /** The index of the node that a channel's entity runs on, as the nodes themselves say. */
  public int indexOfChannel(String uuid) {
    int shard = Math.floorMod(uuid.hashCode(), SHARDS);
    for (int i = 0; i < size(); i++) {
      if (node(i).isAlive() && node(i).hasShard(shard)) {
        return i;
      }
    }
    throw new IllegalStateException("no node has the shard of channel " + uuid + ":\n" + logged());
  }

  /** Waits until so many nodes are ready and see each other, and no others. */
  public void awaitWhole(int count) throws InterruptedException {
    for (ServerProcess node : nodes) {
      if (node.isAlive()) {
        node.await("one of " + count, () -> node.isReady() && node.membersUp() == count);
      }
    }
  }

  /** What all nodes logged so far, for messages about failures. */
  public String logged() {
    return IntStream.range(0, size())
        .mapToObj(i -> "---- node " + (i + 1) + "\n" + node(i).logged())
        .collect(Collectors.joining("\n"));
  }

  /** The node's address in the cluster, as its management port writes it. */
  public String member(int index) {
    Map<String, String> environment = environments.get(index);
    return "sfu@" + environment.get("CLUSTER_HOST") + ":" + environment.get("CLUSTER_PORT");
  }

  /** Starts a node that has ended under its old addresses, and waits for nothing. */
  public ServerProcess restart(int index) throws IOException, InterruptedException {
    return restart(index, List.of());
  }

  /** The same, of another build: folders and jars that come before the build at hand. */
  public ServerProcess restart(int index, List<Path> classes) throws IOException, InterruptedException {
    nodes.get(index).close();
    nodes.set(index, ServerProcess.launch(environments.get(index), classes, prefixes.get(index)));
    return nodes.get(index);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (balancer != null) {
      balancer.close();
    }
    for (ServerProcess node : nodes) {
      node.close();
    }
  }
}
