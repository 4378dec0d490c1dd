package sfu.node.cluster;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import sfu.node.config.Config;
import sfu.node.media.MediaCommand;
import sfu.protocol.jwt.JwtVerifier;
import sfu.protocol.ortc.RouterCapabilities;
import sfu.protocol.signal.ProducerOptions;
import sfu.protocol.signal.SessionId;

/** This node's part of the cluster: its actors, assembled, and what HTTP and the operator ask of them. Thread-safe. */
public final class Cluster {

  /** Below the 3 s after which an Odoo server gives up. */
  private static final Duration ANSWER = Duration.ofMillis(2_200);

  private static final Duration STATS = Duration.ofMillis(1_500);
  private static final Duration LISTING = Duration.ofMillis(600);
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration DRAIN = Duration.ofSeconds(2);

  private final ActorSystem<?> system;
  private final Rooms rooms;
  private final ActorRef<WorkerPool.Command> workers;
  private final ActorRef<ChannelRegistry.Command> registry;
  private final ActorRef<Gateways.Command> gateways;

  private Cluster(
      ActorSystem<?> system,
      Rooms rooms,
      ActorRef<WorkerPool.Command> workers,
      ActorRef<ChannelRegistry.Command> registry,
      ActorRef<Gateways.Command> gateways) {
    this.system = system;
    this.rooms = rooms;
    this.workers = workers;
    this.registry = registry;
    this.gateways = gateways;
  }

  /**
   * Starts the actors; {@code worker} makes the behaviour of the n-th media worker, or throws an {@link
   * java.io.UncheckedIOException} that says why it can't.
   */
  public static Cluster start(
      ActorSystem<?> system, Config config, InstantSource clock, IntFunction<Behavior<MediaCommand>> worker) {
    SessionSettings sessions =
        new SessionSettings(
            RouterCapabilities.of(config.codecs().audio(), config.codecs().video()),
            ProducerOptions.byKind(config.codecs().maxVideoBitrateBps()),
            System::nanoTime,
            new SecureRandom());
    Rooms rooms = Rooms.of(system);
    var workers = spawn(system, WorkerPool.create(config.rtc().workers(), worker), "workers");
    var registry = spawn(system, ChannelRegistry.create(config.authKey(), clock, rooms), "channels");
    rooms.start(
        new Rooms.Factory() {
          @Override
          public Behavior<Channel.Command> channel(String uuid, Runnable passivate) {
            return Channel.create(uuid, config.limits().channelSize(), registry, workers, passivate);
          }

          @Override
          public Behavior<Session.Command> session(String channelUuid, String connection) {
            return Session.create(rooms.channel(channelUuid), connection, sessions);
          }
        });
    var gateways =
        spawn(
            system,
            Gateways.create(
                new Gateway.Surroundings(new JwtVerifier(config.authKey()), clock, registry, rooms)),
            "gateways");
    return new Cluster(system, rooms, workers, registry, gateways);
  }

  private static <T> ActorRef<T> spawn(ActorSystem<?> system, Behavior<T> behavior, String name) {
    return system.systemActorOf(behavior, name, Props.empty());
  }

  /** Completes when media can be carried and channels can be created; fails with what an operator should know. */
  public CompletionStage<Void> ready() {
    // The first question to the sharding waits until this node is a member and its coordinator runs.
    CompletionStage<?> sharding =
        AskPattern.<RoomMessage, Channel.Ready>ask(
            rooms.channel("ready"), Channel.AreYouReady::new, START, system.scheduler());
    return AskPattern.<WorkerPool.Command, WorkerPool.Started>ask(
            workers, WorkerPool.AwaitStart::new, START, system.scheduler())
        .thenCompose(
            started ->
                started.failure() == null
                    ? sharding.thenApply(_ -> null)
                    : CompletableFuture.failedFuture(new IllegalStateException(started.failure())));
  }

  /** The sockets of this node. */
  public ActorRef<Gateways.Command> gateways() {
    return gateways;
  }

  /** Gets or creates a channel, and gives its UUID. {@code key} and {@code recordingAddress} may be null. */
  public CompletionStage<String> createChannel(
      String remoteAddress, String issuer, String key, boolean webRtc, String recordingAddress) {
    return AskPattern.<ChannelRegistry.Command, ChannelRegistry.Created>ask(
            registry,
            replyTo ->
                new ChannelRegistry.Create(remoteAddress, issuer, key, webRtc, recordingAddress, replyTo),
            ANSWER,
            system.scheduler())
        .thenApply(ChannelRegistry.Created::uuid);
  }

  /** Closes sessions of a channel, if {@code remoteAddress} created it. */
  public void disconnect(String remoteAddress, String uuid, List<SessionId> sessions) {
    AskPattern.<ChannelRegistry.Command, ChannelRegistry.Found>ask(
            registry, replyTo -> new ChannelRegistry.Lookup(uuid, replyTo), ANSWER, system.scheduler())
        .thenAccept(
            found -> {
              // Only channels that exist are told: a name from outside must not start an entity.
              if (found.channel() != null) {
                rooms.channel(uuid).tell(new Channel.Kick(remoteAddress, sessions));
              }
            });
  }

  /** All channels that this node knows of. */
  public CompletionStage<List<ChannelRecord>> channels() {
    return AskPattern.<ChannelRegistry.Command, ChannelRegistry.Listing>ask(
            registry, ChannelRegistry.ListAll::new, LISTING, system.scheduler())
        .thenApply(ChannelRegistry.Listing::channels);
  }

  /** Opens channels as they were before a restart. Completes when they can be joined. */
  public CompletionStage<Void> restore(List<ChannelRecord> channels) {
    return CompletableFuture.allOf(
        channels.stream()
            .map(
                channel ->
                    AskPattern.<RoomMessage, ChannelRegistry.Created>ask(
                            rooms.channel(channel.uuid()),
                            replyTo -> new Channel.Open(channel, replyTo),
                            START,
                            system.scheduler())
                        .toCompletableFuture())
            .toArray(CompletableFuture[]::new));
  }

  /** What all channels do now. A channel that doesn't answer in time counts as empty. */
  public CompletionStage<List<ChannelStats>> stats() {
    return channels().thenCompose(this::statsOf);
  }

  private CompletionStage<List<ChannelStats>> statsOf(List<ChannelRecord> channels) {
    List<CompletableFuture<ChannelStats>> asked = new ArrayList<>();
    for (ChannelRecord channel : channels) {
      asked.add(
          AskPattern.<RoomMessage, ChannelStats>ask(
                  rooms.channel(channel.uuid()),
                  replyTo -> new Channel.GetStats(channel, replyTo),
                  STATS,
                  system.scheduler())
              .exceptionally(_ -> ChannelStats.empty(channel))
              .toCompletableFuture());
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(_ -> asked.stream().map(CompletableFuture::join).toList());
  }

  /** Closes all sockets of this node; those that come next are welcome. */
  public void closeAllSessions(int code, String reason) {
    gateways.tell(new Gateways.CloseAll(code, reason));
  }

  /** Sends all clients away with {@code code}, and then ends the media workers. Completes when that is done, or late. */
  public CompletionStage<Void> stop(int code, String reason) {
    return AskPattern.<Gateways.Command, Gateways.Drained>ask(
            gateways, replyTo -> new Gateways.Drain(code, reason, replyTo), DRAIN, system.scheduler())
        .handle((_, _) -> null)
        .thenCompose(
            _ ->
                AskPattern.<WorkerPool.Command, WorkerPool.Stopped>ask(
                    workers, WorkerPool.Stop::new, DRAIN, system.scheduler()))
        .handle((_, _) -> null);
  }
}
