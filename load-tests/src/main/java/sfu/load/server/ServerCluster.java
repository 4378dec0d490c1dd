package sfu.load.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Several servers that are one cluster, found by their seeds, each under an address that it keeps. */
public final class ServerCluster implements AutoCloseable {

  private final List<Map<String, String>> environments = new ArrayList<>();
  private final List<ServerProcess> nodes = new ArrayList<>();

  private ServerCluster(List<Map<String, String>> environments) {
    this.environments.addAll(environments);
  }

  /** Starts nodes, with these variables besides those that make them a cluster, and waits until all are ready. */
  public static ServerCluster start(int count, Map<String, String> environment)
      throws IOException, InterruptedException {
    ServerCluster cluster = new ServerCluster(environments(count, environment));
    try {
      for (Map<String, String> node : cluster.environments) {
        cluster.nodes.add(ServerProcess.launch(node));
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
      environments.add(node);
    }
    return environments;
  }

  public ServerProcess node(int index) {
    return nodes.get(index);
  }

  /** The node's address in the cluster, as its management port writes it. */
  public String member(int index) {
    return "sfu@127.0.0.1:" + environments.get(index).get("CLUSTER_PORT");
  }

  /** Starts a node that has ended under its old address, and waits for nothing. */
  public ServerProcess restart(int index) throws IOException, InterruptedException {
    nodes.get(index).close();
    nodes.set(index, ServerProcess.launch(environments.get(index)));
    return nodes.get(index);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (ServerProcess node : nodes) {
      node.close();
    }
  }
}
