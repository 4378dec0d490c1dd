package sfu.load.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import sfu.load.client.Channel;
import sfu.load.server.ServerCluster;
import sfu.load.wire.Behaviour;
import sfu.load.wire.GapReport;
import sfu.load.wire.ParticipantReport;
import sfu.load.wire.WireCall;
import sfu.load.wire.WireEngine;

/** One interruption of one call, from the start of the cluster to its end. */
public final class InterruptionRun {

  private static final Duration START = Duration.ofSeconds(60);

  /**
   * What came of it.
   *
   * @param gaps how long who didn't hear whom
   * @param people what became of everybody
   * @param logs of all nodes
   */
  public record Result(GapReport gaps, List<ParticipantReport> people, String logs) {}

  private InterruptionRun() {}

  /**
   * Starts three nodes and lets it happen.
   *
   * @param behaviour whose client everybody has
   * @throws IllegalStateException if the call doesn't come back, with everybody's state and the nodes' logs
   */
  public static Result of(Interruption interruption, Behaviour behaviour)
      throws IOException, InterruptedException {
    try (ServerCluster cluster = ServerCluster.start(3, interruption.environment());
        WireEngine engine = new WireEngine(1)) {
      WireCall call = new WireCall(engine);
      try {
        cluster.awaitWhole(cluster.size());
        Channel channel = cluster.node(0).api().channel("interruption", true).join();
        interruption.fill(call, cluster, channel, behaviour);
        call.awaitMediaEverywhere(START);
        // What begins is settled before something happens to it.
        call.awaitAllFlowingAgain(START);
        int channelIndex = cluster.indexOfChannel(channel.uuid());
        call.mark();
        Stage stage = new Stage(cluster, call, channelIndex);
        interruption.happen(stage);
        call.awaitAllFlowingAgain(Interruption.RECOVERY);
        stage.awaitExpected();
        call.awaitAllFlowingAgain(Interruption.RECOVERY);
        String who = behaviour == Behaviour.OURS ? ", our client" : ", stock client";
        return new Result(call.gaps(interruption.title() + who), call.reports(), cluster.logged());
      } catch (IOException | InterruptedException | RuntimeException e) {
        throw new IllegalStateException(interruption + ": " + e.getMessage() + "\n" + cluster.logged(), e);
      }
    }
  }
}
