package sfu.load.nativepeer;

import static sfu.load.nativepeer.Call.ANNE;
import static sfu.load.nativepeer.Call.BERT;
import static sfu.load.nativepeer.Call.CLARA;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sfu.load.server.ServerCluster;
import sfu.load.wire.Behaviour;
import sfu.load.wire.ParticipantSettings;
import sfu.load.wire.WireCall;
import sfu.load.wire.WireEngine;
import sfu.protocol.signal.SessionId;

/**
 * Thirty people in a channel on three nodes, ten on each: the first of each ten is real libwebrtc, which decodes what
 * it gets from the other two nodes; the others speak.
 */
class AcrossNodesTest {

  private static final int NODES = 3;
  private static final int PER_NODE = 10;
  private static final Duration TIMEOUT = Duration.ofSeconds(90);
  private static final List<SessionId> NATIVES = List.of(ANNE, BERT, CLARA);

  @Test
  void whatIsSentOnOneNodeIsDecodedOnEachOther() throws Exception {
    try (ServerCluster cluster = ServerCluster.start(NODES, Map.of("SESSIONS_PER_WORKER", Integer.toString(PER_NODE)));
        WireEngine engine = new WireEngine(1)) {
      cluster.awaitWhole(NODES);
      WireCall speakers = new WireCall(engine);
      try (Call call = new Call(cluster.node(0), "across nodes")) {
        List<PeerProcess> natives = new ArrayList<>();
        for (int node = 0; node < NODES; node++) {
          // A worker takes ten, and then the next is used: so each of these three is the first on its node.
          natives.add(call.joinBy(cluster.node(node), NATIVES.get(node)));
          for (int i = 1; i < PER_NODE; i++) {
            SessionId id = SessionId.of(100 + node * PER_NODE + i);
            speakers.join(
                ParticipantSettings.of(id, call.invite(id))
                    .by(List.of(cluster.node(node).address()))
                    .behaving(Behaviour.STAY_GONE)
                    .speaking());
          }
          speakers.awaitMediaEverywhere(TIMEOUT);
        }
        for (PeerProcess peer : natives) {
          Call.send(peer, 640, 360);
        }
        for (int i = 0; i < NODES; i++) {
          for (int j = 0; j < NODES; j++) {
            if (i != j) {
              call.assertSeesAndHears(natives.get(i), NATIVES.get(j), 640, 360);
            }
          }
        }
        speakers.awaitMediaEverywhere(TIMEOUT);
      }
    }
  }
}
