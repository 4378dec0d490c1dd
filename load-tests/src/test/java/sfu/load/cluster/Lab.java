package sfu.load.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Some machines on one network, each a network namespace of its own, which can be cut off from each other while this
 * process still reaches all of them. Needs root.
 */
final class Lab implements AutoCloseable {

  /** For documentation and tests (RFC 5737): no machine has such an address. */
  private static final String NETWORK = "198.51.100.";

  private static final int HOST = 254;

  private final String name = "sfu" + ProcessHandle.current().pid() % 100_000;
  private final int size;

  Lab(int size) throws IOException, InterruptedException {
    this.size = size;
    close();
    run("ip link add %s type bridge", name);
    run("ip addr add %s%d/24 dev %s", NETWORK, HOST, name);
    run("ip link set %s up", name);
    for (int i = 0; i < size; i++) {
      run("ip netns add %s", namespace(i));
      run("ip link add %s type veth peer name eth0 netns %s", namespace(i), namespace(i));
      run("ip link set %s master %s up", namespace(i), name);
      in(i, "ip addr add %s/24 dev eth0", address(i));
      in(i, "ip link set eth0 up");
      in(i, "ip link set lo up");
      checkThatOurs(address(i));
    }
  }

  /** Nothing of what is meant for these machines may reach a network of others. */
  private void checkThatOurs(String address) throws IOException, InterruptedException {
    Process asked = new ProcessBuilder("ip", "route", "get", address).start();
    String route = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (asked.waitFor() != 0 || !route.contains(" dev " + name + " ")) {
      close();
      throw new IOException("this machine has " + NETWORK + "0/24 already, and goes there by " + route);
    }
  }

  /** Whether this process may make one. */
  static boolean isPossible() throws IOException, InterruptedException {
    return new ProcessBuilder("ip", "netns", "add", "sfu-probe").start().waitFor() == 0
        && new ProcessBuilder("ip", "netns", "del", "sfu-probe").start().waitFor() == 0;
  }

  String address(int machine) {
    return NETWORK + (machine + 1);
  }

  /** Words before a command that is to run on a machine. */
  List<String> prefix(int machine) {
    return List.of("ip", "netns", "exec", namespace(machine));
  }

  /** Variables of one node on each machine, in one cluster. */
  List<Map<String, String>> environments(List<Map<String, String>> onLoopback) {
    List<Map<String, String>> environments = new ArrayList<>();
    List<String> seeds = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      seeds.add(address(i) + ":7355");
    }
    for (int i = 0; i < size; i++) {
      Map<String, String> node = new HashMap<>(onLoopback.get(i));
      for (String variable : List.of("PUBLIC_IP", "HTTP_INTERFACE", "CLUSTER_HOST", "MANAGEMENT_HOST")) {
        node.put(variable, address(i));
      }
      node.put("CLUSTER_PORT", "7355");
      node.put("CLUSTER_SEEDS", String.join(",", seeds));
      environments.add(node);
    }
    return environments;
  }

  /** From now on nothing gets from this machine to the others or back, and nobody is told. */
  void cutOff(int machine) throws IOException, InterruptedException {
    others(machine, "add");
  }

  void reconnect(int machine) throws IOException, InterruptedException {
    others(machine, "del");
  }

  private void others(int machine, String verb) throws IOException, InterruptedException {
    for (int other = 0; other < size; other++) {
      if (other != machine) {
        in(other, "ip route %s blackhole %s/32", verb, address(machine));
        in(machine, "ip route %s blackhole %s/32", verb, address(other));
      }
    }
  }

  private String namespace(int machine) {
    return name + "n" + (machine + 1);
  }

  private void in(int machine, String command, Object... words) throws IOException, InterruptedException {
    run(String.join(" ", prefix(machine)) + " " + command, words);
  }

  private static void run(String command, Object... words) throws IOException, InterruptedException {
    String line = command.formatted(words);
    int status = new ProcessBuilder(line.split(" ")).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IOException("\"" + line + "\" ended with " + status);
    }
  }

  /** Takes away what is there. */
  @Override
  public void close() throws IOException, InterruptedException {
    for (int i = 0; i < size; i++) {
      new ProcessBuilder("ip", "netns", "del", namespace(i)).start().waitFor();
    }
    new ProcessBuilder("ip", "link", "del", name).start().waitFor();
  }
}
