package sfu.load.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import sfu.load.client.Channel;
import sfu.load.server.ServerCluster;
import sfu.load.wire.Behaviour;
import sfu.load.wire.GapReport;
import sfu.load.wire.ParticipantReport;
import sfu.load.wire.ParticipantSettings;
import sfu.load.wire.WireCall;
import sfu.load.wire.WireEngine;
import sfu.protocol.signal.SessionId;

/** Three machines, and a network that breaks between two of them and the third. */
class PartitionTest {

  private static final int NODES = 3;
  private static final int REMOVED = 3;
  private static final Duration TIMEOUT = Duration.ofSeconds(90);

  @Test
  void theSmallerPartServesNobodyAndItsCallsGoOnOnTheLarger() throws Exception {
    if (!Lab.isPossible()) {
      Assumptions.abort("network namespaces need root");
    }
    try (Lab lab = new Lab(NODES);
        ServerCluster cluster =
            ServerCluster.start(
                lab.environments(ServerCluster.environments(NODES, Map.of())),
                IntStream.range(0, NODES).mapToObj(lab::prefix).toList());
        WireEngine engine = new WireEngine(1)) {
      cluster.awaitWhole(NODES);
      WireCall call = new WireCall(engine);
      Channel channel = cluster.node(0).api().channel("partition", true).join();
      for (int i = 0; i < 6; i++) {
        SessionId id = SessionId.of(i);
        call.join(
            ParticipantSettings.of(id, cluster.node(0).api().invite(channel, id))
                .by(List.of(cluster.balanced()))
                .behaving(i % 2 == 0 ? Behaviour.OURS : Behaviour.STOCK)
                .speaking());
      }
      call.awaitMediaEverywhere(TIMEOUT);
      call.awaitAllFlowingAgain(TIMEOUT);
      int smaller = cluster.indexOfChannel(channel.uuid());
      call.mark();

      lab.cutOff(smaller);

      assertThat(cluster.node(smaller).exitCode()).as("it finds itself alone").isEqualTo(REMOVED);
      call.awaitAllFlowingAgain(TIMEOUT);
      GapReport gaps = call.gaps("the channel's node cut off from the two others");
      System.out.print(gaps.table() + gaps.people());
      cluster.awaitWhole(NODES - 1);
      assertThat(cluster.node((smaller + 1) % NODES).api().channel("partition", true).join().uuid())
          .as("its channel is the same on the others")
          .isEqualTo(channel.uuid());
      for (ParticipantReport person : call.reports()) {
        assertThat(person.inCall()).as("%s", person).isTrue();
      }

      lab.reconnect(smaller);
      cluster.restart(smaller);
      cluster.awaitWhole(NODES);
      assertThat(Collections.max(call.reports().stream().map(ParticipantReport::connections).toList()))
          .as("somebody had to connect again").isGreaterThan(1);
    }
  }
}
