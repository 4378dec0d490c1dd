package sfu.load.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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

  @Test
  void nodesFindEachOtherInDns() throws Exception {
    List<Integer> managementPorts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      managementPorts.add(ServerProcess.freePort());
    }
    List<ServerProcess> nodes = new ArrayList<>();
    try (NameServer names = new NameServer(Map.of("_management._tcp.sfu.test", managementPorts))) {
      for (int port : managementPorts) {
        nodes.add(
            ServerProcess.launch(
                Map.of(
                    "NUM_WORKERS", "1",
                    "CLUSTER_DISCOVERY", "dns",
                    "CLUSTER_SERVICE", "_management._tcp.sfu.test",
                    "CLUSTER_MIN_NODES", "3",
                    "CLUSTER_HOST", "127.0.0.1",
                    "CLUSTER_PORT", Integer.toString(ServerProcess.freePort()),
                    "MANAGEMENT_PORT", Integer.toString(port),
                    "JAVA_TOOL_OPTIONS", "-Dpekko.io.dns.async-dns.nameservers=127.0.0.1:" + names.port())));
      }
      for (ServerProcess node : nodes) {
        node.awaitReady();
        node.await("in a cluster of three", () -> seesUp(node, 3));
      }
    } finally {
      for (ServerProcess node : nodes) {
        node.close();
      }
    }
  }
}
