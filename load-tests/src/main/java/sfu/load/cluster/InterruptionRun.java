package sfu.load.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sfu.load.client.Channel;
import sfu.load.server.ServerCluster;
import sfu.load.wire.Behaviour;
import sfu.load.wire.GapReport;
import sfu.load.wire.ParticipantReport;
import sfu.load.wire.WireCall;
import sfu.load.wire.WireEngine;
import sfu.protocol.signal.SessionId;

/** One interruption of one call, from the start of the cluster to its end. */
public final class InterruptionRun {

  private static final Duration START = Duration.ofSeconds(60);

  /**
   * What came of it.
   *
   * @param gaps how long who didn't hear whom: a report for those who all have our client, and one for the rest, whose
   *     gaps are those of the slower of two
   * @param people what became of everybody
   * @param logs of all nodes
   */
  public record Result(List<GapReport> gaps, List<ParticipantReport> people, String logs) {}

  private InterruptionRun() {}

  /**
   * Starts three nodes and lets it happen.
   *
   * @param behaviours which clients people have, in turn
   * @throws IllegalStateException if the call doesn't come back, with everybody's state and the nodes' logs
   */
  public static Result of(Interruption interruption, List<Behaviour> behaviours)
      throws IOException, InterruptedException {
    try (ServerCluster cluster = ServerCluster.start(3, interruption.environment());
        WireEngine engine = new WireEngine(1)) {
      WireCall call = new WireCall(engine);
      try {
        cluster.awaitWhole(cluster.size());
        Channel channel = cluster.node(0).api().channel("interruption", true).join();
        Map<SessionId, Behaviour> people = interruption.fill(call, cluster, channel, behaviours);
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
        return new Result(split(call.gaps(interruption.title()), people), call.reports(), cluster.logged());
      } catch (IOException | InterruptedException | RuntimeException e) {
        throw new IllegalStateException(interruption + ": " + e.getMessage() + "\n" + cluster.logged(), e);
      }
    }
  }

  private static List<GapReport> split(GapReport all, Map<SessionId, Behaviour> people) {
    List<GapReport.Gap> ours = new ArrayList<>();
    List<GapReport.Gap> stock = new ArrayList<>();
    for (GapReport.Gap gap : all.gaps()) {
      boolean bothOurs =
          people.get(gap.receiver()) == Behaviour.OURS && people.get(gap.stream().sessionId()) == Behaviour.OURS;
      (bothOurs ? ours : stock).add(gap);
    }
    List<GapReport> reports = new ArrayList<>();
    if (!ours.isEmpty()) {
      reports.add(new GapReport(all.scenario() + ", our client", all.stallNanos(), ours));
    }
    if (!stock.isEmpty()) {
      reports.add(new GapReport(all.scenario() + ", stock client", all.stallNanos(), stock));
    }
    return reports;
  }
}
