package sfu.load.nativepeer;

import static sfu.load.nativepeer.Call.ANNE;
import static sfu.load.nativepeer.Call.BERT;
import static sfu.load.nativepeer.Call.CLARA;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sfu.load.server.ServerCluster;
import sfu.protocol.signal.SessionId;

/** Real libwebrtc on three nodes of one cluster, whose workers take one session each: all that is seen crosses between nodes. */
class AcrossNodesTest {

  @Test
  void threeOnThreeNodesDecodeEachOther() throws Exception {
    try (ServerCluster cluster = ServerCluster.start(3, Map.of("SESSIONS_PER_WORKER", "1"))) {
      cluster.awaitWhole(3);
      try (Call call = new Call(cluster.node(0), "across nodes")) {
        List<SessionId> ids = List.of(ANNE, BERT, CLARA);
        List<PeerProcess> peers = List.of(
            call.joinBy(cluster.node(0), ANNE), call.joinBy(cluster.node(1), BERT), call.joinBy(cluster.node(2), CLARA));
        for (PeerProcess peer : peers) {
          Call.send(peer, 640, 360);
        }
        for (int i = 0; i < peers.size(); i++) {
          for (int j = 0; j < ids.size(); j++) {
            if (i != j) {
              call.assertSeesAndHears(peers.get(i), ids.get(j), 640, 360);
            }
          }
        }
      }
    }
  }
}
