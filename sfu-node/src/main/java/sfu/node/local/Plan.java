package sfu.node.local;

import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import sfu.node.config.Config;
import sfu.node.config.ConfigException;

/** Who gets which ports, and which variables: from one environment, as if for a single node, to those of all nodes. */
final class Plan {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final int FIRST_CLUSTER_PORT = 7355;
  private static final int FIRST_MANAGEMENT_PORT = 8558;

  /** A node's workers take one each; so many that a few may be taken. */
  private static final int MAX_MEDIA_PORTS = 100;

  private static final int KEY_BYTES = 32;

  private final Map<String, String> template;
  private final Config config;
  private final int balancerPort;
  private final List<LocalNode.Ports> ports = new ArrayList<>();

  /**
   * Plans for so many nodes; what isn't set in {@code environment} gets a value with which they run on loopback.
   *
   * @throws ConfigException if a node couldn't start with that
   * @throws IOException if there are no ports
   */
  Plan(int nodes, Map<String, String> environment) throws ConfigException, IOException {
    template = template(environment);
    config = Config.from(template, InetAddress::getByName);
    FreePorts free = new FreePorts();
    balancerPort = free.from(config.http().port(), config.http().bind());
    int firstMedia = config.rtc().minPort();
    int mediaPorts = Math.min(MAX_MEDIA_PORTS, (config.rtc().maxPort() - firstMedia + 1) / nodes);
    if (mediaPorts < config.rtc().workers()) {
      throw new IOException("RTC_MIN_PORT to RTC_MAX_PORT are too few ports for the workers of " + nodes + " nodes");
    }
    int firstManagement = config.management().map(Config.Management::port).orElse(FIRST_MANAGEMENT_PORT);
    for (int index = 0; index < nodes; index++) {
      int minMedia = firstMedia + index * mediaPorts;
      ports.add(
          new LocalNode.Ports(
              free.from(balancerPort + 1, LOOPBACK),
              free.from(firstManagement, LOOPBACK),
              free.from(FIRST_CLUSTER_PORT, LOOPBACK),
              minMedia,
              minMedia + mediaPorts - 1));
    }
  }

  private static Map<String, String> template(Map<String, String> environment) {
    Map<String, String> template = new HashMap<>(environment);
    template.keySet().removeIf(name -> name.equals("SFU_HANDOVER") || isAboutOtherNodes(name));
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    template.putIfAbsent("AUTH_KEY", Base64.getEncoder().encodeToString(key));
    template.putIfAbsent("PUBLIC_IP", "127.0.0.1");
    template.putIfAbsent("HTTP_INTERFACE", "127.0.0.1");
    template.putIfAbsent("NUM_WORKERS", "1");
    template.putIfAbsent("LOG_LEVEL", "info");
    return template;
  }

  private static boolean isAboutOtherNodes(String name) {
    return name.startsWith("CLUSTER_") && !name.startsWith("CLUSTER_TLS_");
  }

  /** The settings that all nodes share. */
  Config config() {
    return config;
  }

  /** The first free port from PORT upwards, on HTTP_INTERFACE. */
  int balancerPort() {
    return balancerPort;
  }

  List<LocalNode.Ports> ports() {
    return List.copyOf(ports);
  }

  /** The variables of one node. */
  Map<String, String> environment(LocalNode.Ports node) {
    Map<String, String> environment = new HashMap<>(template);
    environment.put("SFU_LAUNCHER", String.valueOf(ProcessHandle.current().pid()));
    environment.put("HTTP_INTERFACE", "127.0.0.1");
    environment.put("PORT", String.valueOf(node.api()));
    environment.put("PROXY", "1");
    environment.put("MANAGEMENT_HOST", "127.0.0.1");
    environment.put("MANAGEMENT_PORT", String.valueOf(node.management()));
    environment.put("RTC_MIN_PORT", String.valueOf(node.minMedia()));
    environment.put("RTC_MAX_PORT", String.valueOf(node.maxMedia()));
    environment.put("CLUSTER_HOST", "127.0.0.1");
    environment.put("CLUSTER_PORT", String.valueOf(node.cluster()));
    environment.put(
        "CLUSTER_SEEDS",
        ports.stream().map(other -> "127.0.0.1:" + other.cluster()).collect(Collectors.joining(",")));
    return environment;
  }
}
