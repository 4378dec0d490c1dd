package sfu.load.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sfu.load.client.Channel;
import sfu.load.server.ServerCluster;
import sfu.load.server.ServerProcess;
import sfu.load.wire.Behaviour;
import sfu.load.wire.Participant;
import sfu.load.wire.ParticipantReport;
import sfu.load.wire.ParticipantSettings;
import sfu.load.wire.WireCall;
import sfu.load.wire.WireEngine;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/** Whatever is asked of one of three real nodes, and is true of all of them. */
class OneTruthTest {

  private static final int NODES = 3;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static ServerCluster cluster;

  private WireEngine engine;
  private WireCall call;

  @BeforeAll
  static void start() throws Exception {
    cluster = ServerCluster.start(NODES, Map.of("SESSIONS_PER_WORKER", "1"));
    cluster.awaitWhole(NODES);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @BeforeEach
  void open() throws Exception {
    engine = new WireEngine(1);
    call = new WireCall(engine);
  }

  @AfterEach
  void close() throws Exception {
    engine.close();
    assertThat(engine.report().defects()).isEmpty();
  }

  private ParticipantSettings somebody(Channel channel, int id, int node) {
    SessionId sessionId = SessionId.of(id);
    return ParticipantSettings.of(sessionId, cluster.node(node).api().invite(channel, sessionId))
        .by(List.of(cluster.node(node).address()))
        .behaving(Behaviour.STAY_GONE)
        .speaking();
  }

  private static JsonNode statsOf(ServerProcess node, String uuid) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode each : node.api().stats().join()) {
      if (each.path("uuid").asText().equals(uuid)) {
        found.add(each.path("sessionsStats"));
      }
    }
    assertThat(found).as("once").hasSize(1);
    return found.getFirst();
  }

  @Test
  void channelsMadeOnAllNodesAtTheSameInstantAreOneAndCanBeJoinedByAnyNodeAtOnce() throws Exception {
    Set<String> uuids = new HashSet<>();
    for (int round = 0; round < 20; round++) {
      List<CompletableFuture<Channel>> made = new ArrayList<>();
      for (int node = 0; node < NODES; node++) {
        made.add(cluster.node(node).api().channel("issuer " + round, true));
      }
      Set<String> ofOneIssuer = new HashSet<>();
      made.forEach(each -> ofOneIssuer.add(each.join().uuid()));
      assertThat(ofOneIssuer).as("issuer %d", round).hasSize(1);
      uuids.addAll(ofOneIssuer);
    }
    assertThat(uuids).hasSize(20);
    // Without waiting for anything: each node must let in who comes with a UUID that another one gave this moment.
    for (int round = 0; round < 6; round++) {
      Channel channel = cluster.node(round % NODES).api().channel("fresh " + round, true).join();
      for (int node = 0; node < NODES; node++) {
        call.join(somebody(channel, node, node));
      }
      call.awaitMediaEverywhere(TIMEOUT);
      call.leave();
    }
  }

  @Test
  void threeOnThreeNodesHearEachOtherAndEachNodeTellsOfThemAll() throws Exception {
    Channel channel = cluster.node(0).api().channel("three", true).join();
    for (int node = 0; node < NODES; node++) {
      call.join(somebody(channel, node, node));
    }
    call.awaitMediaEverywhere(TIMEOUT);
    for (int node = 0; node < NODES; node++) {
      ServerProcess asked = cluster.node(node);
      asked.await(
          "telling of all three",
          () -> {
            JsonNode stats = statsOf(asked, channel.uuid());
            // 50 packets a second of 100 bytes and headers from each, counted where they are received and nowhere else.
            return stats.path("count").asInt() == NODES
                && stats.at("/incomingBitRate/audio").asInt() > NODES * 35_000
                && stats.at("/incomingBitRate/audio").asInt() < NODES * 75_000;
          });
    }
  }

  @Test
  void whoIsDisconnectedByOneNodeIsGoneThoughItsSocketIsOnAnother() throws Exception {
    Channel channel = cluster.node(0).api().channel("kick", true).join();
    List<Participant> people = new ArrayList<>();
    for (int node = 0; node < NODES; node++) {
      people.add(call.join(somebody(channel, node, node)));
    }
    call.awaitMediaEverywhere(TIMEOUT);
    for (int node = 0; node < NODES - 1; node++) {
      cluster.node(node).api().disconnect(channel, List.of(SessionId.of(node + 1))).join();
      Participant kicked = people.get(node + 1);
      cluster.node(node).await("rid of a session", () -> !report(kicked).inCall());
      assertThat(report(kicked).closeCodes()).containsExactly(4108);
    }
    assertThat(report(people.getFirst()).inCall()).isTrue();
    assertThat(people.getFirst().sends()).containsExactly(StreamType.AUDIO);
  }

  private static ParticipantReport report(Participant participant) {
    return participant.report().join();
  }
}
