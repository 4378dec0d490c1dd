package sfu.node.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.sharding.ShardCoordinator;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.pattern.Patterns;
import scala.collection.immutable.IndexedSeq;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

/**
 * Gives a new shard to the least busy node, and leaves it there while anybody is in one of its channels: a running call
 * moves only when its node leaves or is lost, never because another one joined.
 *
 * <p>A shard that nobody is in may move, and does when its node has far more than its share: else a node that joins a
 * cluster which has been running for long, and has given out all its shards, would never get a channel.
 */
final class StayPut extends ShardCoordinator.AbstractShardAllocationStrategy {

  private static final Duration CENSUS = Duration.ofSeconds(2);

  /** Shards moved at a time: each is out of reach for the moment that takes. */
  private static final int MAX_MOVES = 16;

  private final Address self;
  private final NodeLoads loads;

  StayPut(Address self, NodeLoads loads) {
    this.self = self;
    this.loads = loads;
  }

  @Override
  public Future<ActorRef> allocateShard(
      ActorRef requester, String shardId, Map<ActorRef, IndexedSeq<String>> currentAllocations) {
    return Future.successful(best(currentAllocations).orElse(requester));
  }

  private Optional<ActorRef> best(Map<ActorRef, IndexedSeq<String>> allocations) {
    return allocations.entrySet().stream()
        .min(
            Comparator.comparing((Map.Entry<ActorRef, IndexedSeq<String>> e) -> !loads.isOpen(node(e.getKey())))
                // In steps: small differences are noise, and then it is better to share out evenly.
                .thenComparingDouble(e -> Math.floor(loads.of(node(e.getKey())).utilisation() * 10))
                .thenComparingInt(e -> e.getValue().size())
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey);
  }

  private Address node(ActorRef region) {
    Address address = region.path().address();
    return address.hasLocalScope() ? self : address;
  }

  @Override
  public Future<Set<String>> rebalance(
      Map<ActorRef, IndexedSeq<String>> currentAllocations, Set<String> inProgress) {
    ActorRef fullest =
        currentAllocations.entrySet().stream()
            .max(Comparator.comparingInt((Map.Entry<ActorRef, IndexedSeq<String>> e) -> e.getValue().size()))
            .map(Map.Entry::getKey)
            .orElse(null);
    if (!inProgress.isEmpty() || fullest == null) {
      return Future.successful(Set.of());
    }
    // Where what is moved would come to: else a node that is full but idle would be given its own shards again, for
    // ever.
    int most = currentAllocations.get(fullest).size();
    int least = best(currentAllocations).map(target -> currentAllocations.get(target).size()).orElse(most);
    int moves = Math.min((most - least) / 2, MAX_MOVES);
    // A difference of a few comes and goes with the channels.
    if (most - least <= 2 || least * 2 > most) {
      return Future.successful(Set.of());
    }
    CompletionStage<Set<String>> idle =
        Patterns.ask(fullest, ShardRegion.getShardRegionStateInstance(), CENSUS)
            .handle(
                (state, failure) ->
                    failure == null ? idle((ShardRegion.CurrentShardRegionState) state, moves) : Set.<String>of());
    return FutureConverters.asScala(idle);
  }

  /** Shards without sessions: entities that are channels with nobody in them begin anew where the shard goes. */
  static Set<String> idle(ShardRegion.CurrentShardRegionState state, int atMost) {
    List<String> idle = new ArrayList<>();
    for (ShardRegion.ShardState shard : CollectionConverters.asJava(state.shards())) {
      if (CollectionConverters.asJava(shard.entityIds()).stream().noneMatch(Rooms::isSession)) {
        idle.add(shard.shardId());
      }
    }
    idle.sort(Comparator.naturalOrder());
    return new HashSet<>(idle.subList(0, Math.min(atMost, idle.size())));
  }
}
