package sfu.load.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sfu.load.client.Channel;
import sfu.load.server.ServerCluster;
import sfu.load.server.ServerProcess;
import sfu.load.wire.Behaviour;
import sfu.load.wire.ParticipantSettings;
import sfu.load.wire.WireCall;
import sfu.protocol.signal.SessionId;

/**
 * Something that happens to a cluster of three nodes while people talk: who is in the call, by which nodes, and what is
 * done to which of them.
 */
public enum Interruption {
  /** The channel, its sessions and all its media are on the node that dies; a third of the sockets too. */
  KILL_CHANNEL_NODE("kill -9 of the channel's node", 6, Map.of()) {
    @Override
    void happen(Stage stage) throws IOException, InterruptedException {
      stage.channelNode().kill();
    }
  },

  /** Only sockets are on the node that dies. */
  KILL_GATEWAY_NODE("kill -9 of a gateway's node", 6, Map.of()) {
    @Override
    void happen(Stage stage) throws IOException, InterruptedException {
      stage.otherNode().kill();
    }
  },

  /** A third of the media is on the node that dies, and a third of the sockets. */
  KILL_MEDIA_NODE("kill -9 of a media node", 6, Map.of("SESSIONS_PER_WORKER", "2")) {
    @Override
    void happen(Stage stage) throws IOException, InterruptedException {
      stage.otherNode().kill();
    }
  },

  /** A rolling upgrade does this to each node. */
  DRAIN("SIGTERM of the channel's node", 10, Map.of()) {
    @Override
    void happen(Stage stage) throws IOException, InterruptedException {
      ServerProcess node = stage.channelNode();
      node.terminate();
      stage.expectExit(node, 0);
    }
  },

  /** The same by the management port, of a node with a third of the media. */
  LEAVE("leaving of a media node by management", 9, Map.of("SESSIONS_PER_WORKER", "3")) {
    @Override
    void happen(Stage stage) throws IOException, InterruptedException {
      ServerProcess node = stage.otherNode();
      stage.leave(node);
      stage.expectExit(node, 0);
    }
  },

  /** A machine that hangs for longer than the cluster waits. */
  HANG("SIGSTOP of the channel's node for 15 s", 6, Map.of()) {
    @Override
    void happen(Stage stage) throws IOException, InterruptedException {
      ServerProcess node = stage.channelNode();
      node.signal("STOP");
      stage.call().awaitAllFlowingAgain(RECOVERY);
      stage.waitUntilMarkPlus(Duration.ofSeconds(15));
      node.signal("CONT");
      stage.expectExit(node, 3);
    }
  },

  /** One that hangs for a moment: nobody is given up. */
  HICCUP("SIGSTOP of the channel's node for 1.5 s", 6, Map.of()) {
    @Override
    void happen(Stage stage) throws IOException, InterruptedException {
      ServerProcess node = stage.channelNode();
      node.signal("STOP");
      stage.waitUntilMarkPlus(Duration.ofMillis(1_500));
      node.signal("CONT");
    }
  };

  /** How long a call may take to come back before the run has failed: far more than it should. */
  static final Duration RECOVERY = Duration.ofSeconds(60);

  private final String title;
  private final int count;
  private final Map<String, String> environment;

  Interruption(String title, int count, Map<String, String> environment) {
    this.title = title;
    this.count = count;
    this.environment = environment;
  }

  /** In a few words. */
  public String title() {
    return title;
  }

  /** Variables of the nodes. */
  public Map<String, String> environment() {
    return environment;
  }

  /** What is done, once everybody hears everybody and gaps count from now. */
  abstract void happen(Stage stage) throws IOException, InterruptedException;

  /**
   * Lets everybody join: a third by each node and later by a balancer, with clients of these kinds in turn. Gives who
   * has which.
   */
  Map<SessionId, Behaviour> fill(WireCall call, ServerCluster cluster, Channel channel, List<Behaviour> behaviours)
      throws IOException {
    Map<SessionId, Behaviour> people = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      SessionId id = SessionId.of(i + 1);
      Behaviour behaviour = behaviours.get(i % behaviours.size());
      people.put(id, behaviour);
      call.join(
          ParticipantSettings.of(id, cluster.node(0).api().invite(channel, id))
              .by(cluster.entrance(i % cluster.size()))
              .behaving(behaviour)
              .speaking());
    }
    return people;
  }
}
