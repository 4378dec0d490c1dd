package sfu.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The registry over real replicas, with real channels: on one node, and on three of which some die. */
class ChannelRegistryTest {

  private static final byte[] SECRET = new byte[32];
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(123_456));

  private static final TestCluster ALONE = new TestCluster(1, TestCluster.WITHOUT_DOWNING);
  private static final Node ONLY = new Node(ALONE, 0);

  @AfterAll
  static void stop() {
    ALONE.close();
  }

  /** A member's registry, and the channels that run there. */
  private static final class Node {
    private final ActorTestKit kit;
    private final ActorRef<ChannelRegistry.Command> registry;
    private final TestProbe<Channel.Command> heard;
    private final BlockingQueue<ActorRef<Channel.Command>> channels = new LinkedBlockingQueue<>();

    /** All channels are on member 0, if there is a choice. */
    private Node(TestCluster cluster, int number) {
      kit = cluster.member(number);
      heard = kit.createTestProbe(Channel.Command.class);
      Rooms rooms = Rooms.of(kit.system());
      registry = kit.spawn(ChannelRegistry.create(SECRET, CLOCK, rooms));
      ActorRef<WorkerPool.Command> workers = kit.createTestProbe(WorkerPool.Command.class).getRef();
      NodeLoads loads = new NodeLoads(node -> !node.equals(cluster.address(0)));
      rooms.start(
          new Rooms.Factory() {
            @Override
            public Behavior<Channel.Command> channel(String uuid, Runnable passivate) {
              return Behaviors.setup(
                  context -> {
                    channels.add(context.getSelf());
                    return Behaviors.monitor(
                        Channel.Command.class,
                        heard.getRef(),
                        Channel.create(uuid, 10, registry, workers, passivate));
                  });
            }

            @Override
            public Behavior<Session.Command> session(String channelUuid, String connection) {
              throw new AssertionError("nobody joins");
            }
          },
          new StayPut(cluster.address(number), loads));
    }

    private TestProbe<ChannelRegistry.Created> create(String issuer, String key) {
      TestProbe<ChannelRegistry.Created> created = kit.createTestProbe(ChannelRegistry.Created.class);
      registry.tell(new ChannelRegistry.Create("addr", issuer, key, true, null, created.getRef()));
      return created;
    }

    private String created(String issuer, String key) {
      return create(issuer, key).receiveMessage().uuid();
    }

    private TestProbe<ChannelRegistry.Found> lookup(String uuid) {
      TestProbe<ChannelRegistry.Found> found = kit.createTestProbe(ChannelRegistry.Found.class);
      registry.tell(new ChannelRegistry.Lookup(uuid, found.getRef()));
      return found;
    }

    private ChannelRecord found(String uuid) {
      return lookup(uuid).receiveMessage().channel();
    }

    private List<String> listed() {
      TestProbe<ChannelRegistry.Listing> listing = kit.createTestProbe(ChannelRegistry.Listing.class);
      registry.tell(new ChannelRegistry.ListAll(listing.getRef()));
      return listing.receiveMessage().channels().stream().map(ChannelRecord::uuid).toList();
    }

    private void catchUp() {
      TestProbe<ChannelRegistry.CaughtUp> caughtUp = kit.createTestProbe(ChannelRegistry.CaughtUp.class);
      registry.tell(new ChannelRegistry.CatchUp(caughtUp.getRef()));
      caughtUp.receiveMessage();
    }

    /** The channel that began last ends without a word, as with its node. */
    private void loseChannel() throws InterruptedException {
      ActorRef<Channel.Command> channel = channels.poll(10, TimeUnit.SECONDS);
      channel.tell(new Channel.HandedOff());
      heard.expectTerminated(channel);
      fish(new Channel.HandedOff());
    }

    /** Waits until a channel hears this, whatever it hears before. */
    private void fish(Channel.Command wanted) {
      heard.fishForMessage(
          Duration.ofSeconds(10),
          wanted.toString(),
          message -> message.equals(wanted) ? FishingOutcomes.complete() : FishingOutcomes.continueAndIgnore());
    }
  }

  private static String unknown() {
    return UUID.randomUUID().toString();
  }

  /** An issuer whose channel needs no new shard: to place one, the coordinator waits for all nodes. */
  private static String sharingAShard(String uuid) {
    Rooms.ByChannel shards = new Rooms.ByChannel();
    return IntStream.range(0, 100_000)
        .mapToObj(i -> "issuer-" + i)
        .filter(issuer -> shards.shardId(ChannelRegistry.uuid(SECRET, "addr", issuer)).equals(shards.shardId(uuid)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aChannelIsFoundAsItWasMade() {
    String uuid = ONLY.created("made", "a2V5");
    assertThat(ONLY.found(uuid))
        .isEqualTo(new ChannelRecord(uuid, "made", "addr", "a2V5", true, null, CLOCK.millis()));
    assertThat(ONLY.listed()).contains(uuid);
    assertThat(ONLY.created("made", "b3RoZXI=")).as("again").isEqualTo(uuid);
    assertThat(ONLY.created("another", null)).isNotEqualTo(uuid);
  }

  @Test
  void whatWasNeverMadeIsNotFound() {
    assertThat(ONLY.found(unknown())).isNull();
    assertThat(ONLY.found("../../a\nname")).isNull();
  }

  @Test
  void aChannelThatClosedIsGone() {
    String uuid = ONLY.created("closes", null);
    ONLY.registry.tell(new ChannelRegistry.Remove(uuid));
    TestCluster.await(ONLY.kit, () -> ONLY.found(uuid) == null);
    assertThat(ONLY.listed()).doesNotContain(uuid);
  }

  @Test
  void aChannelsKeyOutlivesItsEntity() throws Exception {
    ONLY.channels.clear();
    String uuid = ONLY.created("kept", "Zmlyc3Q=");
    ONLY.loseChannel();

    assertThat(ONLY.created("kept", "c2Vjb25k")).isEqualTo(uuid);

    assertThat(((Channel.Open) ONLY.heard.receiveMessage()).proposed().key()).isEqualTo("Zmlyc3Q=");
    assertThat(ONLY.found(uuid).key()).isEqualTo("Zmlyc3Q=");
  }

  @Test
  void channelsAreRemindedThatTheyExistSoThatTheyEndSomeDay() throws Exception {
    ONLY.channels.clear();
    ChannelRecord channel = ONLY.found(ONLY.created("lost", null));
    ONLY.loseChannel();

    ONLY.registry.tell(new ChannelRegistry.Sweep());

    ONLY.fish(new Channel.Keep(channel));
    assertThat(ONLY.channels.poll(10, TimeUnit.SECONDS)).as("it has begun anew").isNotNull();
  }

  @Test
  void aChannelMadeOnOneIsFoundOnAllAndTwoWhoMakeItAtOnceGetTheSame() {
    try (TestCluster cluster = new TestCluster(3, TestCluster.WITHOUT_DOWNING)) {
      List<Node> nodes = List.of(new Node(cluster, 0), new Node(cluster, 1), new Node(cluster, 2));
      var one = nodes.get(1).create("shared", "b25l");
      var two = nodes.get(2).create("shared", "dHdv");
      String uuid = one.receiveMessage().uuid();
      assertThat(two.receiveMessage().uuid()).isEqualTo(uuid);
      ChannelRecord record = nodes.getFirst().found(uuid);
      assertThat(record.key()).isIn("b25l", "dHdv");
      for (Node node : nodes) {
        assertThat(node.found(uuid)).isEqualTo(record);
        assertThat(node.found(unknown())).isNull();
      }
    }
  }

  @Test
  void aNodeThatCatchesUpKnowsWhatWasMadeBefore() {
    try (TestCluster cluster = new TestCluster(1, TestCluster.WITHOUT_DOWNING)) {
      Node first = new Node(cluster, 0);
      String uuid = first.created("before", null);
      cluster.join();
      Node second = new Node(cluster, 1);
      second.catchUp();
      assertThat(second.listed()).containsExactly(uuid);
    }
  }

  @Test
  void aMajorityGoesOnAndWhoHasNoneAnswersOnlyWhatItKnows() {
    try (TestCluster cluster = new TestCluster(3, TestCluster.WITHOUT_DOWNING)) {
      Node here = new Node(cluster, 0);
      new Node(cluster, 1);
      new Node(cluster, 2);
      String before = here.created("before", null);

      cluster.kill(2);
      String issuer = sharingAShard(before);
      String after = here.created(issuer, null);
      assertThat(here.found(after).issuer()).isEqualTo(issuer);
      assertThat(here.found(unknown())).isNull();
      here.catchUp();

      cluster.kill(1);
      var system = here.kit.system();
      var created =
          LoggingTestKit.error("no majority of the nodes can be asked")
              .expect(system, () -> here.create("never", null));
      var found =
          LoggingTestKit.warn("no majority of the nodes can be asked whether it exists")
              .expect(system, () -> here.lookup(unknown()));
      var published = here.kit.createTestProbe(ChannelRegistry.Created.class);
      LoggingTestKit.error("no majority of the nodes has it")
          .expect(
              system,
              () -> {
                here.registry.tell(
                    new ChannelRegistry.Put(
                        new ChannelRecord(unknown(), "iss", "addr", null, true, null, 0), published.getRef()));
                return null;
              });
      created.expectNoMessage(Duration.ZERO);
      found.expectNoMessage(Duration.ZERO);
      published.expectNoMessage(Duration.ZERO);
      assertThat(here.found(before).issuer()).isEqualTo("before");
    }
  }
}
