package sfu.node.cluster;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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
import sfu.node.CborMessage;

/**
 * The channels of the cluster, replicated to every node, so that a UUID is valid everywhere and outlives any one node.
 *
 * <p>A channel's UUID is computed (HMAC-SHA-256 under AUTH_KEY) from what creation is idempotent by, the requester's
 * address and {@code iss}: two requests that reach two nodes at once name the same entity, which creates once. Nobody
 * without the key can guess one.
 */
public final class ChannelRegistry extends AbstractBehavior<ChannelRegistry.Command> {

  /** What the registry can be told. */
  public sealed interface Command extends CborMessage {}

  /** Gets or creates the channel of this requester and issuer. Answered by {@link Created}. */
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

  /** Asks for one channel. */
  record Lookup(String uuid, ActorRef<Found> replyTo) implements Command {}

  /** The channel, or null. */
  record Found(ChannelRecord channel) implements CborMessage {}

  /** Asks for all channels. */
  record ListAll(ActorRef<Listing> replyTo) implements Command {}

  /** All channels. */
  record Listing(List<ChannelRecord> channels) implements CborMessage {}

  /** From a channel that begins: publish it, then tell {@code creator}. */
  record Put(ChannelRecord channel, ActorRef<Created> creator) implements Command {}

  /** From a channel that closed. */
  record Remove(String uuid) implements Command {}

  private record Written(String uuid, ActorRef<Created> creator) implements Command {}

  private record Read(Lookup lookup, Map<String, ChannelRecord> bucket, boolean last) implements Command {}

  private record ReadAll(int bucket, List<ChannelRecord> before, ActorRef<Listing> replyTo, Map<String, ChannelRecord> read)
      implements Command {}

  /** One replicated value must stay well below the largest message between nodes; so the channels are spread. */
  private static final int BUCKETS = 32;

  private static final List<Key<LWWMap<String, ChannelRecord>>> KEYS = keys();

  private final byte[] secret;
  private final InstantSource clock;
  private final Rooms rooms;
  private final SelfUniqueAddress node;
  private final ReplicatorMessageAdapter<Command, LWWMap<String, ChannelRecord>> replicator;

  static Behavior<Command> create(byte[] secret, InstantSource clock, Rooms rooms) {
    return Behaviors.setup(context -> new ChannelRegistry(context, secret, clock, rooms));
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
      case Create create -> create(create);
      case Put(var channel, var creator) -> put(channel, creator);
      case Remove(var uuid) -> remove(uuid);
      case Written(var uuid, var creator) -> {
        if (creator != null) {
          creator.tell(new Created(uuid));
        }
      }
      case Lookup lookup -> read(lookup, Replicator.readLocal(), false);
      case Read read -> read(read);
      case ListAll(var replyTo) -> readAll(0, List.of(), replyTo);
      case ReadAll(int bucket, var before, var replyTo, var read) -> {
        List<ChannelRecord> channels = new ArrayList<>(before);
        channels.addAll(read.values());
        readAll(bucket + 1, channels, replyTo);
      }
    }
    return this;
  }

  private void create(Create create) {
    String uuid = uuid(secret, create.remoteAddress(), create.issuer());
    ChannelRecord proposed =
        new ChannelRecord(
            uuid,
            create.issuer(),
            create.remoteAddress(),
            create.key(),
            create.webRtc(),
            create.recordingAddress(),
            clock.millis());
    rooms.channel(uuid).tell(new Channel.Open(proposed, create.replyTo()));
  }

  private void put(ChannelRecord channel, ActorRef<Created> creator) {
    update(channel.uuid(), creator, map -> map.put(node, channel.uuid(), channel));
  }

  private void remove(String uuid) {
    update(uuid, null, map -> map.remove(node, uuid));
  }

  private void update(
      String uuid,
      ActorRef<Created> creator,
      java.util.function.Function<LWWMap<String, ChannelRecord>, LWWMap<String, ChannelRecord>> change) {
    replicator.askUpdate(
        replyTo ->
            new Replicator.Update<>(
                key(uuid), LWWMap.empty(), new Replicator.WriteMajority(Timings.REPLICATION), replyTo, change),
        // Too few replicas in time is no failure: this node has it, and gossip brings it to the others.
        _ -> new Written(uuid, creator));
  }

  private void read(Lookup lookup, Replicator.ReadConsistency consistency, boolean last) {
    replicator.askGet(
        replyTo -> new Replicator.Get<>(key(lookup.uuid()), consistency, replyTo),
        response -> new Read(lookup, entries(response), last));
  }

  private void read(Read read) {
    ChannelRecord channel = read.bucket().get(read.lookup().uuid());
    if (channel != null || read.last()) {
      read.lookup().replyTo().tell(new Found(channel));
    } else {
      // Another node may have created it a moment ago.
      read(read.lookup(), new Replicator.ReadMajority(Timings.REPLICATION), true);
    }
  }

  private void readAll(int bucket, List<ChannelRecord> before, ActorRef<Listing> replyTo) {
    if (bucket == BUCKETS) {
      replyTo.tell(new Listing(before));
      return;
    }
    replicator.askGet(
        adapter -> new Replicator.Get<>(KEYS.get(bucket), Replicator.readLocal(), adapter),
        response -> new ReadAll(bucket, before, replyTo, entries(response)));
  }

  private static Map<String, ChannelRecord> entries(
      Replicator.GetResponse<LWWMap<String, ChannelRecord>> response) {
    return response instanceof Replicator.GetSuccess<LWWMap<String, ChannelRecord>> success
        ? success.get(success.key()).getEntries()
        : Map.of();
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
