package sfu.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import scala.collection.immutable.IndexedSeq;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

/** Where shards go, by what is known of the nodes; the regions of other nodes are names only. */
class StayPutTest {

  private static final ActorTestKit KIT = ActorTestKit.create("sfu", TestCluster.config(""));
  private static final ExtendedActorSystem SYSTEM = (ExtendedActorSystem) Adapter.toClassic(KIT.system());
  private static final Address SELF = Cluster.get(KIT.system()).selfMember().address();

  private static final Address ONE = new Address("pekko", "sfu", "one", 1);
  private static final Address TWO = new Address("pekko", "sfu", "two", 2);

  private final Set<Address> silent = new HashSet<>();
  private final NodeLoads loads = new NodeLoads(silent::contains);
  private final StayPut strategy = new StayPut(SELF, loads);
  private final ActorRef one = region(ONE);
  private final ActorRef two = region(TWO);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static ActorRef region(Address node) {
    return SYSTEM.provider().resolveActorRef(node + "/system/sharding/room");
  }

  /** This node's region, which knows what is in its shards. */
  private static ActorRef here(ShardRegion.CurrentShardRegionState state) {
    return SYSTEM.systemActorOf(Props.create(Region.class, () -> new Region(state)), "region-" + UUID.randomUUID());
  }

  private static final class Region extends AbstractActor {
    private final ShardRegion.CurrentShardRegionState state;

    private Region(ShardRegion.CurrentShardRegionState state) {
      this.state = state;
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder()
          .matchEquals(ShardRegion.getShardRegionStateInstance(), _ -> getSender().tell(state, getSelf()))
          .build();
    }
  }

  private static ShardRegion.CurrentShardRegionState holding(Map<String, Set<String>> entitiesByShard) {
    Set<ShardRegion.ShardState> shards = new HashSet<>();
    entitiesByShard.forEach((id, entities) -> shards.add(new ShardRegion.ShardState(id, immutable(entities))));
    return new ShardRegion.CurrentShardRegionState(immutable(shards), immutable(Set.of()));
  }

  private static <T> scala.collection.immutable.Set<T> immutable(Set<T> set) {
    return CollectionConverters.asScala(set).toSet();
  }

  private static IndexedSeq<String> shards(int count) {
    return CollectionConverters.asScala(IntStream.range(0, count).mapToObj(Integer::toString).toList()).toIndexedSeq();
  }

  private static <T> T result(Future<T> future) throws Exception {
    return FutureConverters.asJava(future).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private ActorRef allocate(int shardsOfOne, int shardsOfTwo) throws Exception {
    return result(strategy.allocateShard(one, "new", Map.of(one, shards(shardsOfOne), two, shards(shardsOfTwo))));
  }

  @Test
  void aNewShardGoesToTheLeastBusyNode() throws Exception {
    loads.set(ONE, new NodeLoads.NodeLoad(0.5, false));
    loads.set(TWO, new NodeLoads.NodeLoad(0.1, false));
    assertThat(allocate(0, 7)).isEqualTo(two);
  }

  @Test
  void aDifferenceOfAFewPercentIsNoneAndTheNumberOfShardsDecides() throws Exception {
    loads.set(ONE, new NodeLoads.NodeLoad(0.11, false));
    loads.set(TWO, new NodeLoads.NodeLoad(0.19, false));
    assertThat(allocate(3, 2)).isEqualTo(two);
    assertThat(allocate(2, 3)).isEqualTo(one);
  }

  @Test
  void aNodeThatIsNewIsIdle() throws Exception {
    loads.set(ONE, new NodeLoads.NodeLoad(0.3, false));
    assertThat(allocate(0, 0)).isEqualTo(two);
  }

  @Test
  void aNodeThatLeavesOrIsNotHeardGetsNothingUnlessAllAreSo() throws Exception {
    loads.set(ONE, new NodeLoads.NodeLoad(0, true));
    loads.set(TWO, new NodeLoads.NodeLoad(0.9, false));
    assertThat(allocate(0, 9)).isEqualTo(two);
    loads.remove(ONE);
    silent.add(ONE);
    assertThat(allocate(0, 9)).isEqualTo(two);
    silent.add(TWO);
    assertThat(allocate(0, 9)).isEqualTo(one);
  }

  @Test
  void withoutOthersItIsWhoAsked() throws Exception {
    assertThat(result(strategy.allocateShard(two, "new", Map.of()))).isEqualTo(two);
  }

  @Test
  void onlyShardsWithoutSessionsAreIdle() {
    var state =
        holding(Map.of("1", Set.of("a"), "2", Set.of("b", "b/connection"), "3", Set.of(), "4", Set.of("c", "d")));
    assertThat(StayPut.idle(state, 9)).containsExactlyInAnyOrder("1", "3", "4");
    assertThat(StayPut.idle(state, 2)).hasSize(2).doesNotContain("2");
  }

  /** This node holds {@code most} shards of which the first {@code occupied} have a session, node two {@code least}. */
  private Set<String> rebalanced(int most, int occupied, int least, String... inProgress) throws Exception {
    Map<String, Set<String>> entities = new HashMap<>();
    for (int shard = 0; shard < most; shard++) {
      entities.put(Integer.toString(shard), shard < occupied ? Set.of("x", "x/y") : Set.of("x"));
    }
    return result(
        strategy.rebalance(
            Map.of(here(holding(entities)), shards(most), two, shards(least)), Set.of(inProgress)));
  }

  @Test
  void smallDifferencesStay() throws Exception {
    assertThat(rebalanced(2, 0, 0)).isEmpty();
    assertThat(rebalanced(10, 0, 6)).isEmpty();
    assertThat(rebalanced(10, 0, 10)).isEmpty();
  }

  @Test
  void aNodeWithFarMoreThanItsShareGivesIdleShardsAway() throws Exception {
    assertThat(rebalanced(10, 0, 2)).hasSize(4);
    assertThat(rebalanced(10, 8, 2)).containsExactlyInAnyOrder("8", "9");
    assertThat(rebalanced(10, 10, 0)).isEmpty();
    assertThat(rebalanced(200, 0, 0)).as("at a time").hasSize(16);
  }

  @Test
  void oneRebalanceIsFinishedBeforeTheNext() throws Exception {
    assertThat(rebalanced(10, 0, 0, "3")).isEmpty();
  }

  @Test
  void nothingMovesToANodeThatIsBusierOrLeavesOrIsSilent() throws Exception {
    loads.set(TWO, new NodeLoads.NodeLoad(0.5, false));
    assertThat(rebalanced(10, 0, 0)).as("it would come back").isEmpty();
    loads.set(TWO, new NodeLoads.NodeLoad(0, true));
    assertThat(rebalanced(10, 0, 0)).isEmpty();
    loads.remove(TWO);
    silent.add(TWO);
    assertThat(rebalanced(10, 0, 0)).isEmpty();
  }

  @Test
  void aRegionThatDoesntTellWhatItHoldsKeepsIt() throws Exception {
    List<ActorRef> dead = new ArrayList<>(List.of(here(holding(Map.of()))));
    SYSTEM.stop(dead.getFirst());
    assertThat(result(strategy.rebalance(Map.of(dead.getFirst(), shards(10), two, shards(0)), Set.of()))).isEmpty();
  }
}
