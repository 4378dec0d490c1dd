package sfu.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;

/** Two nodes' sharding with its real coordinator; the entities only say where they are. */
class RoomsTest {

  private static final String OFTEN = "pekko.cluster.sharding.rebalance-interval = 200 ms";

  /** By entity, the number of the member on which it last began. */
  private final Map<String, Integer> places = new ConcurrentHashMap<>();

  private final Set<String> handedOff = ConcurrentHashMap.newKeySet();

  private Rooms start(TestCluster cluster, int member) {
    Rooms rooms = Rooms.of(cluster.member(member).system());
    rooms.start(
        new Rooms.Factory() {
          @Override
          public Behavior<Channel.Command> channel(String uuid, Runnable passivate) {
            places.put(uuid, member);
            return Behaviors.receive(Channel.Command.class)
                .onMessage(
                    Channel.AreYouReady.class,
                    ask -> {
                      ask.replyTo().tell(new Channel.Ready());
                      return Behaviors.same();
                    })
                .onMessage(Channel.HandedOff.class, _ -> ends(uuid))
                .build();
          }

          @Override
          public Behavior<Session.Command> session(String channelUuid, String connection) {
            String id = channelUuid + "/" + connection;
            places.put(id, member);
            return Behaviors.receive(Session.Command.class)
                .onMessage(Session.HandedOff.class, _ -> ends(id))
                .onAnyMessage(_ -> Behaviors.same())
                .build();
          }

          private <T> Behavior<T> ends(String id) {
            handedOff.add(id);
            return Behaviors.stopped();
          }
        },
        new StayPut(cluster.address(member), new NodeLoads(_ -> false)));
    return rooms;
  }

  /** Where a channel is, begun there if it wasn't. */
  private int place(ActorTestKit from, Rooms rooms, String uuid) {
    TestProbe<Channel.Ready> ready = from.createTestProbe(Channel.Ready.class);
    rooms.channel(uuid).tell(new Channel.AreYouReady(ready.getRef()));
    ready.receiveMessage();
    ready.stop();
    return places.get(uuid);
  }

  /** Names of channels, each in a shard of its own. */
  private static List<String> channels(int count) {
    List<String> names = new ArrayList<>();
    Set<String> shards = new HashSet<>();
    for (int i = 0; names.size() < count; i++) {
      if (shards.add(new Rooms.ByChannel().shardId("channel-" + i))) {
        names.add("channel-" + i);
      }
    }
    return names;
  }

  @Test
  void aNodeThatJoinsGetsNewChannelsAndIdleOnesAndARunningCallMovesOnlyWhenItsNodeLeaves() throws Exception {
    try (TestCluster cluster = new TestCluster(1, OFTEN)) {
      ActorTestKit first = cluster.member(0);
      Rooms rooms = start(cluster, 0);
      List<String> channels = channels(13);
      List<String> running = channels.subList(0, 9);
      String idle = channels.get(9);
      List<String> fresh = channels.subList(10, 13);
      running.forEach(
          uuid -> {
            place(first, rooms, uuid);
            rooms.session(uuid, "connection").tell(new Session.Disconnected(true));
          });
      place(first, rooms, idle);
      TestCluster.await(first, () -> places.size() == 19);

      ActorTestKit second = cluster.join();
      Rooms there = start(cluster, 1);
      for (String uuid : fresh) {
        assertThat(place(second, there, uuid)).isEqualTo(1);
        assertThat(place(first, rooms, uuid)).as("asked from anywhere").isEqualTo(1);
      }
      TestCluster.await(first, () -> place(first, rooms, idle) == 1);
      assertThat(handedOff).as("only what nobody was in").containsExactly(idle);

      rooms.handOver(Duration.ofSeconds(10)).toCompletableFuture().get(20, TimeUnit.SECONDS);
      assertThat(handedOff).containsAll(running).contains(running.getFirst() + "/connection");
      for (String uuid : running) {
        assertThat(place(second, there, uuid)).isEqualTo(1);
      }
    }
  }
}
