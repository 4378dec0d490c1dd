package sfu.load.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sfu.node.config.Config;
import sfu.node.tls.TestAuthority;
import sfu.protocol.signal.Json;

/** Processes that become one cluster, seen through their management ports, and how they come to an end. */
class ClusterTest {

  private static final String MEMBERS = "/cluster/members";

  /** Whether this node sees so many members, all of them up. */
  private static boolean seesUp(ServerProcess node, int count) {
    JsonNode members = Json.parse(node.manage(MEMBERS).body()).orElseThrow().get("members");
    int up = 0;
    for (JsonNode member : members) {
      up += member.get("status").textValue().equals("Up") ? 1 : 0;
    }
    return members.size() == count && up == count;
  }

  private static Map<String, String> tls(Config.Tls files) {
    return Map.of(
        "CLUSTER_TLS_CERT", files.certificate().toString(),
        "CLUSTER_TLS_KEY", files.key().toString(),
        "CLUSTER_TLS_CA", files.authority().toString());
  }

  @Test
  void seedsAreOneClusterWhoseNodesComeAndGo() throws Exception {
    try (ServerCluster cluster = ServerCluster.start(3, Map.of())) {
      ServerProcess first = cluster.node(0);
      first.await("in a cluster of three", () -> seesUp(first, 3));
      assertThat(first.manage("/alive").statusCode()).isEqualTo(200);

      assertThat(first.manage("DELETE", MEMBERS + "/" + cluster.member(2), BodyPublishers.noBody()).statusCode())
          .isEqualTo(200);
      assertThat(cluster.node(2).exitCode()).as("that of a node that left").isZero();
      first.await("in a cluster of two", () -> seesUp(first, 2));

      cluster.node(1).kill();
      ServerProcess second = cluster.restart(1);
      second.awaitReady();
      assertThat(seesUp(second, 2)).as("back under the address it was lost with").isTrue();

      var down = BodyPublishers.ofString("operation=down");
      assertThat(first.manage("PUT", MEMBERS + "/" + cluster.member(1), down).statusCode()).isEqualTo(200);
      assertThat(second.exitCode()).as("that of a node that was removed").isEqualTo(3);
      assertThat(second.logged()).contains("the cluster removed this node");
    }
  }

  @Test
  void tlsKeepsStrangersOut(@TempDir Path folder) throws Exception {
    TestAuthority authority = new TestAuthority(folder, "ours");
    TestAuthority stranger = new TestAuthority(folder, "theirs");
    Duration day = Duration.ofDays(1);
    Map<String, String> ours = tls(authority.issue("node", TestAuthority.rsaKeys(), day));
    try (ServerCluster cluster = ServerCluster.start(2, ours)) {
      ServerProcess first = cluster.node(0);
      first.await("in a cluster of two", () -> seesUp(first, 2));

      Map<String, String> environment = new HashMap<>(tls(stranger.issue("node", TestAuthority.rsaKeys(), day)));
      environment.put("NUM_WORKERS", "1");
      environment.put("CLUSTER_HOST", "127.0.0.1");
      environment.put("CLUSTER_PORT", Integer.toString(ServerProcess.freePort()));
      environment.put("CLUSTER_SEEDS", cluster.member(0).replace("sfu@", ""));
      try (ServerProcess outside = ServerProcess.launch(environment)) {
        outside.await("refused twice", () -> outside.logged().contains("Couldn't join seed nodes after [2] attempts"));
        assertThat(outside.logged()).contains("SSLHandshakeException");
        assertThat(outside.manage("/ready").statusCode()).isEqualTo(500);
        assertThat(outside.manage("/alive").statusCode()).isEqualTo(200);
        assertThat(seesUp(first, 2)).isTrue();
      }
    }
  }

  /** Starts a node for each of these variables, that asks this name server, and waits until they are one cluster. */
  private static void assertFindEachOther(NameServer names, List<Map<String, String>> environments) throws Exception {
    List<ServerProcess> nodes = new ArrayList<>();
    try {
      for (Map<String, String> own : environments) {
        Map<String, String> environment = new HashMap<>(own);
        environment.put("NUM_WORKERS", "1");
        environment.put("CLUSTER_DISCOVERY", "dns");
        environment.put("CLUSTER_MIN_NODES", Integer.toString(environments.size()));
        environment.put("CLUSTER_PORT", Integer.toString(ServerProcess.freePort()));
        environment.put("JAVA_TOOL_OPTIONS", "-Dpekko.io.dns.async-dns.nameservers=127.0.0.1:" + names.port());
        nodes.add(ServerProcess.launch(environment));
      }
      for (ServerProcess node : nodes) {
        node.awaitReady();
        node.await("in a cluster of all", () -> seesUp(node, environments.size()));
      }
    } finally {
      for (ServerProcess node : nodes) {
        node.close();
      }
    }
  }

  @Test
  void nodesFindEachOtherByASrvRecordOfTheirManagementPorts() throws Exception {
    String service = "_management._tcp.sfu.test";
    List<Integer> ports = List.of(ServerProcess.freePort(), ServerProcess.freePort(), ServerProcess.freePort());
    try (NameServer names = NameServer.ofService(service, ports)) {
      assertFindEachOther(
          names,
          ports.stream()
              .map(
                  port ->
                      Map.of(
                          "CLUSTER_SERVICE", service,
                          "CLUSTER_HOST", "localhost",
                          "MANAGEMENT_PORT", Integer.toString(port)))
              .toList());
    }
  }

  @Test
  void nodesFindEachOtherByTheAddressesOfOneHostName() throws Exception {
    List<InetAddress> addresses = List.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("127.0.0.2"));
    String port = Integer.toString(ServerProcess.freePort());
    try (NameServer names = NameServer.ofHost("sfu.test", addresses)) {
      assertFindEachOther(
          names,
          addresses.stream()
              .map(InetAddress::getHostAddress)
              .map(
                  address ->
                      Map.of(
                          "CLUSTER_SERVICE", "sfu.test",
                          "CLUSTER_HOST", address,
                          "MANAGEMENT_HOST", address,
                          "MANAGEMENT_PORT", port))
              .toList());
    }
  }
}
