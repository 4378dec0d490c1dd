package sfu.node.cluster;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.ShardingMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.pattern.Patterns;

/**
 * The sharded entities. A channel and its sessions are entities of one type, told apart by their ids ({@code <uuid>},
 * {@code <uuid>/<connection>}), and the channel's UUID alone is the shard key: so a channel and its sessions are always
 * in one shard, hence on one node, whatever the allocation.
 */
public final class Rooms {

  static final EntityTypeKey<RoomMessage> TYPE_KEY = EntityTypeKey.create(RoomMessage.class, "room");

  /** Makes the behaviours of entities. */
  interface Factory {
    Behavior<Channel.Command> channel(String uuid, Runnable passivate);

    Behavior<Session.Command> session(String channelUuid, String connection);
  }

  private static final int SHARDS = 256;
  private static final char SEPARATOR = '/';

  private final ActorSystem<?> system;
  private final ClusterSharding sharding;

  private Rooms(ActorSystem<?> system) {
    this.system = system;
    sharding = ClusterSharding.get(system);
  }

  static Rooms of(ActorSystem<?> system) {
    return new Rooms(system);
  }

  /** Starts this node's part of the sharding; entities can be told things from then on. */
  void start(Factory factory, StayPut allocation) {
    sharding.init(
        Entity.of(TYPE_KEY, context -> entity(factory, context.getEntityId(), context.getShard()))
            .withMessageExtractor(new ByChannel())
            .withStopMessage(new RoomMessage.HandOff())
            .withAllocationStrategy(allocation));
  }

  /** Hands all channels and sessions of this node over to others. Completes when none is left here. */
  CompletionStage<?> handOver(Duration atMost) {
    var region =
        org.apache.pekko.cluster.sharding.ClusterSharding.get(system.classicSystem()).shardRegion(TYPE_KEY.name());
    return Patterns.gracefulStop(region, atMost, ShardRegion.gracefulShutdownInstance());
  }

  static boolean isSession(String entityId) {
    return entityId.indexOf(SEPARATOR) >= 0;
  }

  RecipientRef<RoomMessage> channel(String uuid) {
    return sharding.entityRefFor(TYPE_KEY, uuid);
  }

  RecipientRef<RoomMessage> session(String channelUuid, String connection) {
    return sharding.entityRefFor(TYPE_KEY, channelUuid + SEPARATOR + connection);
  }

  private static Behavior<RoomMessage> entity(
      Factory factory, String id, ActorRef<ClusterSharding.ShardCommand> shard) {
    int separator = id.indexOf(SEPARATOR);
    if (separator >= 0) {
      return Behaviors.transformMessages(
          RoomMessage.class,
          factory.session(id.substring(0, separator), id.substring(separator + 1)),
          pf ->
              pf.match(Session.Command.class, command -> command)
                  .match(RoomMessage.HandOff.class, _ -> new Session.HandedOff()));
    }
    return Behaviors.setup(
        context ->
            Behaviors.transformMessages(
                RoomMessage.class,
                factory.channel(id, () -> shard.tell(new ClusterSharding.Passivate<>(context.getSelf()))),
                pf ->
                    pf.match(Channel.Command.class, command -> command)
                        .match(RoomMessage.HandOff.class, _ -> new Channel.HandedOff())));
  }

  /** Shards by the channel's UUID, for channels and sessions alike. */
  static final class ByChannel extends ShardingMessageExtractor<ShardingEnvelope<RoomMessage>, RoomMessage> {

    @Override
    public String entityId(ShardingEnvelope<RoomMessage> envelope) {
      return envelope.entityId();
    }

    @Override
    public String shardId(String entityId) {
      int separator = entityId.indexOf(SEPARATOR);
      String uuid = separator < 0 ? entityId : entityId.substring(0, separator);
      return Integer.toString(Math.floorMod(uuid.hashCode(), SHARDS));
    }

    @Override
    public RoomMessage unwrapMessage(ShardingEnvelope<RoomMessage> envelope) {
      return envelope.message();
    }
  }
}
