package sfu.node.cluster;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.ddata.Key;
import org.apache.pekko.cluster.ddata.LWWMap;
import org.apache.pekko.cluster.ddata.LWWMapKey;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;
import org.apache.pekko.cluster.ddata.typed.javadsl.DistributedData;
import org.apache.pekko.cluster.ddata.typed.javadsl.Replicator;
import org.apache.pekko.cluster.ddata.typed.javadsl.ReplicatorMessageAdapter;
import org.apache.pekko.cluster.typed.Cluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.CborMessage;

/**
 * The channels of the cluster, replicated to every node, so that a UUID is valid everywhere and outlives any one node.
 *
 * <p>A channel's UUID is computed (HMAC-SHA-256 under AUTH_KEY) from what creation is idempotent by, the requester's
 * address and {@code iss}: two requests that reach two nodes at once name the same entity, which creates once. Nobody
 * without the key can guess one.
 *
 * <p>A channel counts as created once a majority of the nodes has it, and as absent only if a majority says so: what
 * this node can't know, as on the smaller side of a partition, it doesn't answer. Such a caller tries again.
 */
public final class ChannelRegistry extends AbstractBehavior<ChannelRegistry.Command> {

  /** What the registry can be told. */
  public sealed interface Command extends CborMessage {}

  /** Gets or creates the channel of this requester and issuer. Answered by {@link Created}, or not at all. */
  public record Create(
      String remoteAddress,
      String issuer,
      String key,
      boolean webRtc,
      String recordingAddress,
      ActorRef<Created> replyTo)
      implements Command {}

  /** The channel is there. */
  public record Created(String uuid) implements CborMessage {}

  /** Asks for one channel. Answered by {@link Found}, or not at all. */
  record Lookup(String uuid, ActorRef<Found> replyTo) implements Command {}

  /** The channel, or null. */
  record Found(ChannelRecord channel) implements CborMessage {}

  /** Asks for all channels. */
  record ListAll(ActorRef<Listing> replyTo) implements Command {}

  /** All channels. */
  record Listing(List<ChannelRecord> channels) implements CborMessage {}

  /** From a channel: publish it, then tell {@code creator}, who may be null. */
  record Put(ChannelRecord channel, ActorRef<Created> creator) implements Command {}

  /** From a channel that closed. */
  record Remove(String uuid) implements Command {}

  /** {@code bucket} is null if no majority could be asked. */
  private record Creating(Create create, Map<String, ChannelRecord> bucket) implements Command {}

  private record Written(Put put, boolean byMajority, int attempt) implements Command {}

  /** {@code bucket} is null if no majority could be asked. */
  private record Read(Lookup lookup, Map<String, ChannelRecord> bucket, boolean last) implements Command {}

  private record Removed(String uuid) implements Command {}

  private record Swept(List<ChannelRecord> channels) implements Command {}

  /** Reminds all channels that they exist, if this node is the one to do so; told by a timer. */
  record Sweep() implements Command {}

  /**
   * Asks for what was created before this node came. Answered by {@link CaughtUp}: until then a channel may be unknown
   * here, and to a majority too if several nodes came at once.
   */
  record CatchUp(ActorRef<CaughtUp> replyTo) implements Command {}

  /** Every channel that was there when {@link CatchUp} was asked is known here. */
  record CaughtUp() implements CborMessage {}

  private record ReadAll(
      int bucket, List<ChannelRecord> before, ActorRef<Listing> replyTo, Map<String, ChannelRecord> read)
      implements Command {}

  /** {@code read}: whether as many answered as {@code from} says. */
  private record CatchingUp(int bucket, Replicator.ReadConsistency from, boolean read, ActorRef<CaughtUp> replyTo)
      implements Command {}

  /** One replicated value must stay well below the largest message between nodes; so the channels are spread. */
  private static final int BUCKETS = 32;

  /** Attempts to reach a majority: what fits into the time for which the Odoo server waits. */
  private static final int ATTEMPTS = 2;

  /** How often channels are reminded that they exist, see {@link Channel.Keep}. */
  private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(5);

  /** How channels are named, see {@link #uuid}. */
  private static final Pattern UUID_FORM = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private static final Logger LOG = LoggerFactory.getLogger(ChannelRegistry.class);

  private static final List<Key<LWWMap<String, ChannelRecord>>> KEYS = keys();

  private static final Replicator.ReadConsistency FROM_ALL = new Replicator.ReadAll(Timings.REPLICATION);
  private static final Replicator.ReadConsistency FROM_MAJORITY = new Replicator.ReadMajority(Timings.REPLICATION);

  private final byte[] secret;
  private final InstantSource clock;
  private final Rooms rooms;
  private final SelfUniqueAddress node;
  private final ReplicatorMessageAdapter<Command, LWWMap<String, ChannelRecord>> replicator;

  static Behavior<Command> create(byte[] secret, InstantSource clock, Rooms rooms) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(new Sweep(), SWEEP_INTERVAL);
                  return new ChannelRegistry(context, secret, clock, rooms);
                }));
  }

  private ChannelRegistry(ActorContext<Command> context, byte[] secret, InstantSource clock, Rooms rooms) {
    super(context);
    this.secret = secret.clone();
    this.clock = clock;
    this.rooms = rooms;
    DistributedData data = DistributedData.get(context.getSystem());
    node = data.selfUniqueAddress();
    replicator = new ReplicatorMessageAdapter<>(context, data.replicator(), Timings.REPLICATION.multipliedBy(2));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onAnyMessage(this::on).build();
  }

  private Behavior<Command> on(Command command) {
    switch (command) {
      case Create create ->
          replicator.askGet(
              replyTo ->
                  new Replicator.Get<>(key(uuid(create)), FROM_MAJORITY, replyTo),
              response -> new Creating(create, entries(response)));
      case Creating creating -> create(creating);
      case Put put -> put(put, 1);
      case Remove(var uuid) -> remove(uuid);
      case Written written -> written(written);
      case Lookup lookup -> {
        if (UUID_FORM.matcher(lookup.uuid()).matches()) {
          read(lookup, Replicator.readLocal(), false);
        } else {
          // What was never given to a channel needn't be asked of other nodes, nor be written into a log.
          lookup.replyTo().tell(new Found(null));
        }
      }
      case Read read -> read(read);
      case ListAll(var replyTo) -> readAll(0, List.of(), replyTo);
      case ReadAll(int bucket, var before, var replyTo, var read) -> {
        List<ChannelRecord> channels = new ArrayList<>(before);
        channels.addAll(read.values());
        readAll(bucket + 1, channels, replyTo);
      }
      case CatchUp(var replyTo) -> catchUp(0, FROM_ALL, replyTo);
      case CatchingUp asked -> catchUp(asked);
      case Removed(var uuid) -> LOG.debug("channel {} is removed", uuid);
      case Sweep _ -> sweep();
      case Swept(var channels) ->
          channels.forEach(channel -> rooms.channel(channel.uuid()).tell(new Channel.Keep(channel)));
    }
    return this;
  }

  private String uuid(Create create) {
    return uuid(secret, create.remoteAddress(), create.issuer());
  }

  private void create(Creating creating) {
    Create create = creating.create();
    String uuid = uuid(create);
    if (creating.bucket() == null) {
      LOG.error(
          "channel {} for {}: no majority of the nodes can be asked; its creator is not answered",
          uuid,
          create.issuer());
      return;
    }
    ChannelRecord known = creating.bucket().get(uuid);
    ChannelRecord proposed =
        known != null
            ? known
            : new ChannelRecord(
                uuid,
                create.issuer(),
                create.remoteAddress(),
                create.key(),
                create.webRtc(),
                create.recordingAddress(),
                clock.millis());
    rooms.channel(uuid).tell(new Channel.Open(proposed, create.replyTo()));
  }

  private void put(Put put, int attempt) {
    ChannelRecord channel = put.channel();
    replicator.askUpdate(
        replyTo -> update(channel.uuid(), replyTo, map -> map.put(node, channel.uuid(), channel)),
        response -> new Written(put, response instanceof Replicator.UpdateSuccess<?>, attempt));
  }

  private void written(Written written) {
    Put put = written.put();
    if (put.creator() == null) {
      // A channel that begins anew from its record: a majority has that already, and gossip brings it to the rest.
      return;
    }
    if (written.byMajority()) {
      put.creator().tell(new Created(put.channel().uuid()));
    } else if (written.attempt() < ATTEMPTS) {
      put(put, written.attempt() + 1);
    } else {
      LOG.error("channel {}: no majority of the nodes has it; its creator is not answered", put.channel().uuid());
    }
  }

  private void remove(String uuid) {
    replicator.askUpdate(
        replyTo -> update(uuid, replyTo, map -> map.remove(node, uuid)),
        // Whoever missed it learns by gossip.
        _ -> new Removed(uuid));
  }

  private static Replicator.Update<LWWMap<String, ChannelRecord>> update(
      String uuid,
      ActorRef<Replicator.UpdateResponse<LWWMap<String, ChannelRecord>>> replyTo,
      Function<LWWMap<String, ChannelRecord>, LWWMap<String, ChannelRecord>> change) {
    return new Replicator.Update<>(
        key(uuid), LWWMap.empty(), new Replicator.WriteMajority(Timings.REPLICATION), replyTo, change);
  }

  /** On one node for all, whichever is the leader: nobody else would end a channel whose node was lost. */
  private void sweep() {
    Cluster cluster = Cluster.get(getContext().getSystem());
    if (cluster.selfMember().address().equals(cluster.state().getLeader())) {
      getContext()
          .ask(
              Listing.class,
              getContext().getSelf(),
              Timings.REPLICATION.multipliedBy(2),
              ListAll::new,
              (listing, failure) -> new Swept(failure == null ? listing.channels() : List.of()));
    }
  }

  private void read(Lookup lookup, Replicator.ReadConsistency consistency, boolean last) {
    replicator.askGet(
        replyTo -> new Replicator.Get<>(key(lookup.uuid()), consistency, replyTo),
        response -> new Read(lookup, entries(response), last));
  }

  private void read(Read read) {
    if (read.bucket() == null) {
      LOG.warn("channel {}: no majority of the nodes can be asked whether it exists", read.lookup().uuid());
      return;
    }
    ChannelRecord channel = read.bucket().get(read.lookup().uuid());
    if (channel != null || read.last()) {
      read.lookup().replyTo().tell(new Found(channel));
    } else {
      // Another node may have created it a moment ago.
      read(read.lookup(), FROM_MAJORITY, true);
    }
  }

  private void readAll(int bucket, List<ChannelRecord> before, ActorRef<Listing> replyTo) {
    if (bucket == BUCKETS) {
      replyTo.tell(new Listing(before));
      return;
    }
    replicator.askGet(
        adapter -> new Replicator.Get<>(KEYS.get(bucket), Replicator.readLocal(), adapter),
        response -> new ReadAll(bucket, before, replyTo, Objects.requireNonNullElse(entries(response), Map.of())));
  }

  /** What is read from others stays here. */
  private void catchUp(int bucket, Replicator.ReadConsistency from, ActorRef<CaughtUp> replyTo) {
    if (bucket == BUCKETS) {
      replyTo.tell(new CaughtUp());
      return;
    }
    replicator.askGet(
        adapter -> new Replicator.Get<>(KEYS.get(bucket), from, adapter),
        response -> new CatchingUp(bucket, from, entries(response) != null, replyTo));
  }

  private void catchUp(CatchingUp asked) {
    if (asked.read()) {
      catchUp(asked.bucket() + 1, asked.from(), asked.replyTo());
    } else {
      // One of the nodes can't be asked: a majority will do, and without one this node can't serve yet.
      catchUp(asked.bucket(), FROM_MAJORITY, asked.replyTo());
    }
  }

  /** Null if too few answered. */
  private static Map<String, ChannelRecord> entries(
      Replicator.GetResponse<LWWMap<String, ChannelRecord>> response) {
    return switch (response) {
      case Replicator.GetSuccess<LWWMap<String, ChannelRecord>> success ->
          success.get(success.key()).getEntries();
      case Replicator.NotFound<LWWMap<String, ChannelRecord>> _ -> Map.of();
      default -> null;
    };
  }

  private static Key<LWWMap<String, ChannelRecord>> key(String uuid) {
    return KEYS.get(Math.floorMod(uuid.hashCode(), BUCKETS));
  }

  private static List<Key<LWWMap<String, ChannelRecord>>> keys() {
    List<Key<LWWMap<String, ChannelRecord>>> keys = new ArrayList<>();
    for (int i = 0; i < BUCKETS; i++) {
      keys.add(LWWMapKey.create("channels-" + i));
    }
    return List.copyOf(keys);
  }

  /** A custom UUID (RFC 9562, 5.8). */
  static String uuid(byte[] secret, String remoteAddress, String issuer) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      // The length keeps apart what would read the same when joined.
      byte[] address = remoteAddress.getBytes(StandardCharsets.UTF_8);
      mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(address.length).array());
      mac.update(address);
      ByteBuffer digest = ByteBuffer.wrap(mac.doFinal(issuer.getBytes(StandardCharsets.UTF_8)));
      long high = digest.getLong() & ~0xF000L | 0x8000L;
      long low = digest.getLong() & ~(0b11L << 62) | 0b10L << 62;
      return new UUID(high, low).toString();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
