package sfu.load.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sfu.load.client.Channel;
import sfu.load.engine.VideoSettings;
import sfu.load.server.ServerCluster;
import sfu.load.wire.Behaviour;
import sfu.load.wire.ParticipantReport;
import sfu.load.wire.ParticipantSettings;
import sfu.load.wire.StreamReport;
import sfu.load.wire.WireCall;
import sfu.load.wire.WireEngine;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/** One channel on more workers than a node has. */
class LargeChannelTest {

  private static final int PEOPLE = 30;
  private static final Duration TIMEOUT = Duration.ofSeconds(120);

  /** Two workers on each of three nodes, which take five sessions each: 30 people fill them all. */
  @Test
  void thirtyOnSixWorkersOfThreeNodesHearEverybodyAndSeeWhoShowsThemselves() throws Exception {
    try (ServerCluster cluster = ServerCluster.start(3, Map.of("SESSIONS_PER_WORKER", "5", "NUM_WORKERS", "2"));
        WireEngine engine = new WireEngine(1)) {
      cluster.awaitWhole(3);
      WireCall call = new WireCall(engine);
      Channel channel = cluster.node(0).api().channel("large", true).join();
      for (int i = 0; i < PEOPLE; i++) {
        SessionId id = SessionId.of(i);
        ParticipantSettings somebody =
            ParticipantSettings.of(id, cluster.node(0).api().invite(channel, id))
                .by(List.of(cluster.balanced()))
                .behaving(Behaviour.OURS)
                .speaking();
        call.join(i % 10 == 0 ? somebody.showing(StreamType.CAMERA, VideoSettings.SINGLE) : somebody);
      }
      call.awaitMediaEverywhere(TIMEOUT);
      call.mark();
      call.awaitAllFlowingAgain(TIMEOUT);
      System.out.print(call.gaps("30 people on 6 workers of 3 nodes").table());
      for (ParticipantReport person : call.reports()) {
        boolean shows = Integer.parseInt(person.id().text()) % 10 == 0;
        assertThat(person.streams()).hasSize(PEOPLE - 1 + (shows ? 2 : 3));
        for (StreamReport stream : person.streams()) {
          assertThat(stream.doubles() + stream.foreign()).as("%s of %s", person.id(), stream.stream()).isZero();
        }
      }
    }
  }
}
