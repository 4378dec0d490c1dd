package sfu.node.config;

import java.net.InetAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sfu.node.config.Config.Cluster;
import sfu.node.config.Config.Endpoint;
import sfu.node.config.Config.Joining;
import sfu.node.config.Config.Management;
import sfu.node.config.Config.Tls;

/** Reads what makes several nodes one cluster: CLUSTER_… and MANAGEMENT_…. */
final class ClusterReader {

  private static final int DEFAULT_PORT = 7355;
  private static final int DEFAULT_MANAGEMENT_PORT = 8558;
  private static final String LOOPBACK = "127.0.0.1";
  private static final String HOST_TAKES = "an address or host name of this node, as the other nodes call it";

  private static final Pattern ENDPOINT = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\s:\\[\\]/@]+):([0-9]{1,5})");
  private static final Pattern HOST_NAME = Pattern.compile("(_[a-zA-Z0-9-]+\\._(tcp|udp)\\.)?[a-zA-Z0-9_.-]+");
  private static final Pattern SELECTOR = Pattern.compile("[\\w./-]+=[\\w.-]+(,[\\w./-]+=[\\w.-]+)*");

  private enum Discovery {
    DNS,
    KUBERNETES
  }

  private final Variables variables;
  private final List<String> warnings;

  ClusterReader(Variables variables, List<String> warnings) {
    this.variables = variables;
    this.warnings = warnings;
  }

  Cluster cluster() throws ConfigException {
    Joining joining = joining();
    if (joining instanceof Joining.Alone) {
      for (String name : List.of("CLUSTER_HOST", "CLUSTER_PORT", "CLUSTER_TLS_CERT")) {
        if (variables.text(name) != null) {
          warnings.add(name + " is set, but neither CLUSTER_SEEDS nor CLUSTER_DISCOVERY is: this node stays alone");
        }
      }
      return new Cluster(joining, LOOPBACK, InetAddress.getLoopbackAddress(), 0, Optional.empty());
    }
    String host = variables.text("CLUSTER_HOST");
    if (host == null) {
      throw new ConfigException("CLUSTER_HOST is not set: in a cluster it takes " + HOST_TAKES);
    }
    InetAddress address = variables.resolve("CLUSTER_HOST", host, HOST_TAKES);
    if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
      throw Variables.wrong("CLUSTER_HOST", HOST_TAKES, host);
    }
    Optional<Tls> tls = tls();
    if (tls.isEmpty() && !address.isLoopbackAddress()) {
      warnings.add(
          "nodes send each other keys of calls, and here in the clear: CLUSTER_TLS_CERT, CLUSTER_TLS_KEY and"
              + " CLUSTER_TLS_CA encrypt that and keep strangers out");
    }
    int port = (int) variables.number("CLUSTER_PORT", DEFAULT_PORT, 1, 65_535);
    return new Cluster(joining, inUrls(host), address, port, tls);
  }

  Optional<Management> management(Cluster cluster) throws ConfigException {
    boolean discovers = cluster.joining() instanceof Joining.Dns || cluster.joining() instanceof Joining.Kubernetes;
    String port = variables.text("MANAGEMENT_PORT");
    if (port != null && (port.equals("0") || port.equalsIgnoreCase("off"))) {
      if (discovers) {
        String takes = "a port when CLUSTER_DISCOVERY is set: nodes ask each other there";
        throw Variables.wrong("MANAGEMENT_PORT", takes, port);
      }
      return Optional.empty();
    }
    InetAddress bind = variables.address("MANAGEMENT_HOST", LOOPBACK);
    if (discovers && bind.isLoopbackAddress() && !cluster.address().isLoopbackAddress()) {
      String takes = "an address of this machine that the other nodes reach: with CLUSTER_DISCOVERY they ask there";
      String host = variables.text("MANAGEMENT_HOST");
      throw host == null
          ? new ConfigException("MANAGEMENT_HOST is not set: it takes " + takes)
          : Variables.wrong("MANAGEMENT_HOST", takes, host);
    }
    int number = (int) variables.number("MANAGEMENT_PORT", DEFAULT_MANAGEMENT_PORT, 1, 65_535);
    return Optional.of(new Management(bind, number, port != null || !cluster.isAlone()));
  }

  private Joining joining() throws ConfigException {
    String seeds = variables.text("CLUSTER_SEEDS");
    Discovery discovery = variables.choice("CLUSTER_DISCOVERY", Discovery.class, null);
    if (seeds != null && discovery != null) {
      throw new ConfigException("CLUSTER_SEEDS and CLUSTER_DISCOVERY are both set: either says where the nodes are");
    }
    if (seeds != null) {
      return new Joining.Seeds(endpoints(seeds));
    }
    if (discovery == null) {
      return new Joining.Alone();
    }
    int minNodes = (int) variables.number("CLUSTER_MIN_NODES", 2, 1, 1_000);
    return switch (discovery) {
      case DNS -> new Joining.Dns(service(HOST_NAME, "the DNS name of all nodes, or _port._tcp.name"), minNodes);
      case KUBERNETES ->
          new Joining.Kubernetes(service(SELECTOR, "the label selector of all nodes' pods, such as app=sfu"), minNodes);
    };
  }

  private String service(Pattern form, String takes) throws ConfigException {
    String service = variables.text("CLUSTER_SERVICE");
    if (service == null) {
      throw new ConfigException("CLUSTER_SERVICE is not set: with this CLUSTER_DISCOVERY it takes " + takes);
    }
    if (!form.matcher(service).matches()) {
      throw Variables.wrong("CLUSTER_SERVICE", takes, service);
    }
    return service;
  }

  private static List<Endpoint> endpoints(String list) throws ConfigException {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String item : list.split(",", -1)) {
      Matcher endpoint = ENDPOINT.matcher(item.strip());
      int port = endpoint.matches() ? Integer.parseInt(endpoint.group(2)) : 0;
      if (port < 1 || port > 65_535) {
        throw Variables.wrong("CLUSTER_SEEDS", "host:port, several separated by commas, the same on every node", list);
      }
      endpoints.add(new Endpoint(endpoint.group(1), port));
    }
    return List.copyOf(endpoints);
  }

  private Optional<Tls> tls() throws ConfigException {
    List<String> names = List.of("CLUSTER_TLS_CERT", "CLUSTER_TLS_KEY", "CLUSTER_TLS_CA");
    if (names.stream().allMatch(name -> variables.text(name) == null)) {
      return Optional.empty();
    }
    for (String name : names) {
      if (variables.text(name) == null) {
        throw new ConfigException(name + " is not set: TLS between nodes takes all of " + String.join(", ", names));
      }
    }
    return Optional.of(new Tls(file("CLUSTER_TLS_CERT"), file("CLUSTER_TLS_KEY"), file("CLUSTER_TLS_CA")));
  }

  private Path file(String name) throws ConfigException {
    try {
      return Path.of(variables.text(name)).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw Variables.wrong(name, "the path of a PEM file", variables.text(name));
    }
  }

  /** Addresses of actors are URLs, in which an IPv6 address has brackets. */
  private static String inUrls(String host) {
    return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
  }
}
