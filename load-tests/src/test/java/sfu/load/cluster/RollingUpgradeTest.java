package sfu.load.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sfu.load.client.Channel;
import sfu.load.server.ServerCluster;
import sfu.load.server.ServerProcess;
import sfu.load.wire.Behaviour;
import sfu.load.wire.ParticipantReport;
import sfu.load.wire.ParticipantSettings;
import sfu.load.wire.WireCall;
import sfu.load.wire.WireEngine;
import sfu.protocol.signal.SessionId;

/** A cluster goes from one build to the next, node by node, under a call that is on all of its nodes. */
class RollingUpgradeTest {

  private static final int NODES = 3;
  private static final Duration TIMEOUT = Duration.ofSeconds(90);

  @Test
  void nodesOfTwoBuildsCarryOneCallAndNobodyNoticesTheirChange(@TempDir Path folder) throws Exception {
    NextBuild.compile(ServerProcess.repository(), folder);
    List<Path> next = List.of(folder.resolve("classes"));
    try (ServerCluster cluster = ServerCluster.start(NODES, Map.of("SESSIONS_PER_WORKER", "2"));
        WireEngine engine = new WireEngine(1)) {
      cluster.awaitWhole(NODES);
      WireCall call = new WireCall(engine);
      Channel channel = cluster.node(0).api().channel("upgrade", true).join();
      for (int i = 0; i < 2 * NODES; i++) {
        SessionId id = SessionId.of(i);
        call.join(
            ParticipantSettings.of(id, cluster.node(0).api().invite(channel, id))
                .by(List.of(cluster.balanced()))
                .behaving(Behaviour.OURS)
                .speaking());
      }
      call.awaitMediaEverywhere(TIMEOUT);
      for (int node = 0; node < NODES; node++) {
        call.awaitAllFlowingAgain(TIMEOUT);
        call.mark();
        cluster.node(node).terminate();
        assertThat(cluster.node(node).exitCode()).isZero();
        assertUnderstood(cluster);
        cluster.restart(node, next);
        cluster.awaitWhole(NODES);
        call.awaitAllFlowingAgain(TIMEOUT);
        System.out.print(call.gaps("node " + (node + 1) + " gets the next build").table());
      }
      assertThat(call.gaps("").gaps()).hasSize(2 * NODES * (2 * NODES - 1));
      for (ParticipantReport person : call.reports()) {
        assertThat(person.inCall()).as("%s", person).isTrue();
      }
      assertUnderstood(cluster);
    }
  }

  /** A message that can't be read is logged by the node that got it. */
  private static void assertUnderstood(ServerCluster cluster) {
    assertThat(cluster.logged()).doesNotContain("Failed to deserialize", "JsonMappingException", "MismatchedInput");
  }
}
