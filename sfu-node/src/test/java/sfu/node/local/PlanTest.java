package sfu.node.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sfu.node.config.ConfigException;

class PlanTest {

  @Test
  void nodesShareTheKeyAndTheSeedsAndNoPort() throws Exception {
    Plan plan = new Plan(3, Map.of("PATH", "/bin", "CLUSTER_DISCOVERY", "dns", "SFU_HANDOVER", "/tmp/x"));
    List<Map<String, String>> nodes = plan.ports().stream().map(plan::environment).toList();

    for (String same : List.of("AUTH_KEY", "CLUSTER_SEEDS", "PROXY", "PATH")) {
      assertThat(nodes).extracting(node -> node.get(same)).doesNotContainNull().hasSize(3);
      assertThat(nodes.stream().map(node -> node.get(same)).distinct()).hasSize(1);
    }
    for (String own : List.of("PORT", "MANAGEMENT_PORT", "CLUSTER_PORT", "RTC_MIN_PORT", "RTC_MAX_PORT")) {
      assertThat(nodes.stream().map(node -> node.get(own)).distinct()).hasSize(3);
    }
    assertThat(nodes.getFirst())
        .doesNotContainKeys("CLUSTER_DISCOVERY", "SFU_HANDOVER")
        .containsEntry("NUM_WORKERS", "1");
    String seeds = nodes.getFirst().get("CLUSTER_SEEDS");
    assertThat(seeds).startsWith("127.0.0.1:" + nodes.getFirst().get("CLUSTER_PORT") + ",");
  }

  @Test
  void busyPortsAreLeftOut() throws Exception {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Plan plan = new Plan(2, Map.of("PORT", String.valueOf(busy.getLocalPort())));
      Set<Integer> taken = new HashSet<>(List.of(busy.getLocalPort(), plan.balancerPort()));
      assertThat(taken).hasSize(2);
      plan.ports().forEach(ports -> assertThat(taken.add(ports.api())).isTrue());
    }
  }

  @Test
  void whatNoNodeCouldStartWithIsOneLine() {
    assertThatThrownBy(() -> new Plan(3, Map.of("LOG_LEVEL", "loud")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("LOG_LEVEL takes");
    assertThatThrownBy(() -> new Plan(3, Map.of("RTC_MIN_PORT", "40000", "RTC_MAX_PORT", "40001")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("RTC_MIN_PORT");
  }

  @Test
  void argumentsAreANumberAndAFlag() {
    assertThat(Arguments.of(List.of())).isEqualTo(new Arguments(3, false));
    assertThat(Arguments.of(List.of("--restart", "5"))).isEqualTo(new Arguments(5, true));
    for (String wrong : List.of("0", "10", "two", "--help", "")) {
      assertThatThrownBy(() -> Arguments.of(List.of(wrong)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("from 1 to 9")
          .hasMessageContaining("\"" + wrong + "\"");
    }
    assertThatThrownBy(() -> Arguments.of(List.of("3", "4"))).hasMessageContaining("\"4\"");
  }
}
