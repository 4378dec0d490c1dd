package sfu.node.cluster;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.config.Config;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaReply;
import sfu.node.media.MediaWorkerKey;
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
  private static final Duration STOP = Duration.ofSeconds(2);

  /** Channels and sessions go in a moment; this is for a cluster that is about something else just then. */
  private static final Duration HAND_OVER = Duration.ofSeconds(5);

  /** A little more than the parts that wait give themselves. */
  private static final Duration DEPARTURE = Timings.DEPARTURE.plusSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

  private final ActorSystem<?> system;
  private final Rooms rooms;
  private final NodeLoads loads;
  private final ActorRef<WorkerPool.Command> workers;
  private final ActorRef<ChannelRegistry.Command> registry;
  private final ActorRef<Gateways.Command> gateways;
  private volatile boolean leaving;

  private Cluster(
      ActorSystem<?> system,
      Rooms rooms,
      NodeLoads loads,
      ActorRef<WorkerPool.Command> workers,
      ActorRef<ChannelRegistry.Command> registry,
      ActorRef<Gateways.Command> gateways) {
    this.system = system;
    this.rooms = rooms;
    this.loads = loads;
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
    Address self = org.apache.pekko.cluster.typed.Cluster.get(system).selfMember().address();
    NodeLoads loads = new NodeLoads(node -> isSilent(system, node));
    Placement placement = new Placement(config.limits().sessionsPerWorker());
    var workers =
        spawn(system, WorkerPool.create(config.rtc().workers(), worker, placement, self, loads), "workers");
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
        },
        new StayPut(self, loads));
    var gateways =
        spawn(
            system,
            Gateways.create(
                new Gateway.Surroundings(new JwtVerifier(config.authKey()), clock, registry, rooms::session)),
            "gateways");
    spawn(system, CrashWatch.create(CrashWatch.byTcp(Thread::startVirtualThread), gateways), "crash-watch");
    return new Cluster(system, rooms, loads, workers, registry, gateways);
  }

  private static boolean isSilent(ActorSystem<?> system, Address node) {
    for (Member member : org.apache.pekko.cluster.typed.Cluster.get(system).state().getUnreachable()) {
      if (member.address().equals(node)) {
        return true;
      }
    }
    return false;
  }

  private static <T> ActorRef<T> spawn(ActorSystem<?> system, Behavior<T> behavior, String name) {
    return system.systemActorOf(behavior, name, Props.empty());
  }

  /**
   * Completes when media can be carried, channels can be created, and those there are known; fails with what an
   * operator should know.
   */
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
                    ? sharding
                    : CompletableFuture.failedFuture(new IllegalStateException(started.failure())))
        .thenCompose(
            _ ->
                AskPattern.<ChannelRegistry.Command, ChannelRegistry.CaughtUp>ask(
                    registry, ChannelRegistry.CatchUp::new, START, system.scheduler()))
        .thenApply(_ -> null);
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
                // If its node was just lost, its sessions are on their way back: it must know whom to refuse.
                rooms.channel(uuid).tell(new Channel.Keep(found.channel()));
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

  /** What the media workers of this node did since their start; one that doesn't answer in time is left out. */
  public CompletionStage<List<MediaReply.Statistics>> workerStatistics() {
    return AskPattern.<Receptionist.Command, Receptionist.Listing>ask(
            system.receptionist(),
            replyTo -> Receptionist.find(MediaWorkerKey.KEY, replyTo),
            STATS,
            system.scheduler())
        .thenCompose(listing -> statisticsOf(listing.getServiceInstances(MediaWorkerKey.KEY)));
  }

  private CompletionStage<List<MediaReply.Statistics>> statisticsOf(Set<ActorRef<MediaCommand>> known) {
    List<CompletableFuture<Optional<MediaReply.Statistics>>> asked = new ArrayList<>();
    for (ActorRef<MediaCommand> worker : known) {
      if (worker.path().address().hasLocalScope()) {
        asked.add(
            AskPattern.<MediaCommand, MediaReply>ask(
                    worker, MediaCommand.GetStatistics::new, STATS, system.scheduler())
                .thenApply(reply -> Optional.of((MediaReply.Statistics) reply))
                .exceptionally(_ -> Optional.empty())
                .toCompletableFuture());
      }
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(
            _ ->
                asked.stream()
                    .flatMap(answer -> answer.join().stream())
                    .sorted(Comparator.comparingInt(statistics -> statistics.load().worker()))
                    .toList());
  }

  /** Closes all sockets of this node; those that come next are welcome. */
  public void closeAllSessions(int code, String reason) {
    gateways.tell(new Gateways.CloseAll(code, reason));
  }

  /** Whether this node is on its way out: it takes no new channels and sessions. */
  public boolean isLeaving() {
    return leaving;
  }

  /** Whether calls can go on elsewhere when this node leaves; not on nodes that leave as well. */
  private boolean hasOthers() {
    var membership = org.apache.pekko.cluster.typed.Cluster.get(system);
    for (Member member : membership.state().getMembers()) {
      boolean other = !member.uniqueAddress().equals(membership.selfMember().uniqueAddress());
      if (other && member.status().equals(MemberStatus.up()) && loads.isOpen(member.address())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Leaves the calls of this node to the others, one layer after the other: channels and sessions are handed over,
   * clients whose sockets are here are asked to come by another node, and what is on the media workers begins anew
   * elsewhere while it still flows here. Completes when nothing is left, or late. Without others, or cut off from them,
   * it sends all clients away at once.
   */
  public CompletionStage<Void> leave(int code, String reason) {
    leaving = true;
    if (org.apache.pekko.cluster.typed.Cluster.get(system).isTerminated() || !hasOthers()) {
      return stop(code, reason);
    }
    long beganNanos = System.nanoTime();
    workers.tell(new WorkerPool.Leave());
    gateways.tell(new Gateways.Depart());
    return rooms
        .handOver(HAND_OVER)
        .handle((_, failure) -> logged("channels and sessions handed over", beganNanos, failure))
        .thenCompose(
            _ -> {
              CompletionStage<?> sockets =
                  AskPattern.ask(gateways, Gateways.SendAway::new, DEPARTURE, system.scheduler());
              CompletionStage<?> media = AskPattern.ask(workers, WorkerPool.Empty::new, DEPARTURE, system.scheduler());
              return sockets
                  .handle((_, failure) -> logged("all sockets gone", beganNanos, failure))
                  .thenCombine(
                      media.handle((_, failure) -> logged("all media gone", beganNanos, failure)), (_, _) -> null);
            })
        .thenCompose(_ -> stop(code, reason));
  }

  private static Void logged(String what, long sinceNanos, Throwable failure) {
    LOG.info(
        "leaving: {} after {} ms{}",
        what,
        Duration.ofNanos(System.nanoTime() - sinceNanos).toMillis(),
        failure == null ? "" : ", not quite: " + failure.getMessage());
    return null;
  }

  /**
   * Sends all clients away with {@code code}, and then ends the media workers. Completes when that is done, or late.
   */
  public CompletionStage<Void> stop(int code, String reason) {
    leaving = true;
    return AskPattern.<Gateways.Command, Gateways.Drained>ask(
            gateways, replyTo -> new Gateways.Drain(code, reason, replyTo), STOP, system.scheduler())
        .handle((_, _) -> null)
        .thenCompose(
            _ ->
                AskPattern.<WorkerPool.Command, WorkerPool.Stopped>ask(
                    workers, WorkerPool.Stop::new, STOP, system.scheduler()))
        .handle((_, _) -> null);
  }
}
