package sfu.node;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.remote.RemoteTransportException;
import sfu.node.cluster.ChannelRecord;
import sfu.node.cluster.ChannelStats;
import sfu.node.cluster.Cluster;
import sfu.node.config.Config;
import sfu.node.http.Demo;
import sfu.node.http.HttpServer;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaReply;
import sfu.node.media.io.BackgroundThreads;
import sfu.node.ops.Management;
import sfu.node.ops.Membership;
import sfu.node.ops.Readiness;
import sfu.node.ops.SystemConfig;
import sfu.protocol.signal.CloseCode;

/** A running node: the cluster's actors, the media workers and the HTTP server, started and stopped as one. */
public final class Node {

  /** Going away (RFC 6455, 7.4.1): a client reconnects, to another node or to this one when it is back. */
  private static final int GOING_AWAY = 1001;

  private static final Duration HOLD_BACK_EVERY = Duration.ofMinutes(1);

  private final ActorSystem<Void> system;
  private final Cluster cluster;
  private final ServerBinding binding;

  private Node(ActorSystem<Void> system, Cluster cluster, ServerBinding binding) {
    this.system = system;
    this.cluster = cluster;
    this.binding = binding;
    leaveWithSystem();
  }

  /**
   * Starts a node. Completes when it serves, which in a cluster is when it is let in; when it can't, everything begun
   * is ended first.
   *
   * @param channels what a node before this one left
   * @param demo the folder of the call page in demo mode
   * @param worker makes the behaviour of the n-th media worker
   */
  public static CompletionStage<Node> start(
      Config config,
      List<ChannelRecord> channels,
      Optional<Path> demo,
      IntFunction<Behavior<MediaCommand>> worker) {
    InstantSource clock = InstantSource.system();
    ActorSystem<Void> system;
    try {
      system = ActorSystem.create(Behaviors.empty(), "sfu", SystemConfig.of(config));
    } catch (IllegalStateException e) {
      return CompletableFuture.failedFuture(e);
    } catch (RemoteTransportException e) {
      return CompletableFuture.failedFuture(new IllegalStateException(whyNotBound(config.cluster()), e));
    }
    Cluster cluster = Cluster.start(system, config, clock, worker);
    return Management.start(system, config)
        .thenCompose(_ -> Membership.join(system, config.cluster()))
        .thenCompose(_ -> cluster.ready())
        .thenCompose(_ -> cluster.restore(channels))
        .thenCompose(_ -> HttpServer.start(config, cluster, page(demo, config, cluster, clock), clock, system))
        .thenApply(binding -> new Node(system, cluster, binding))
        .handle(
            (node, failure) -> {
              if (failure == null) {
                holdBackCollector(system);
                Readiness.get(system).ready();
                return CompletableFuture.completedFuture(node);
              }
              return cluster
                  .stop(GOING_AWAY, "not started")
                  .thenCompose(_ -> terminate(system))
                  .<Node>thenCompose(_ -> CompletableFuture.failedFuture(failure));
            })
        .thenCompose(outcome -> outcome);
  }

  /** Again and again: a machine of many cores gets more collectors when they are needed. */
  private static void holdBackCollector(ActorSystem<?> system) {
    system
        .scheduler()
        .scheduleWithFixedDelay(
            Duration.ZERO, HOLD_BACK_EVERY, BackgroundThreads::holdBack, system.executionContext());
  }

  private static String whyNotBound(Config.Cluster cluster) {
    return "CLUSTER_PORT %d can't be bound on CLUSTER_HOST %s: it is taken, or that isn't an address of this machine"
        .formatted(cluster.port(), cluster.host());
  }

  private static Optional<Demo> page(Optional<Path> folder, Config config, Cluster cluster, InstantSource clock) {
    try {
      return folder.isEmpty() ? Optional.empty() : Optional.of(Demo.of(folder.get(), config, cluster, clock));
    } catch (IOException e) {
      throw new IllegalStateException("the call page can't be read from " + folder.get(), e);
    }
  }

  private static CompletionStage<?> terminate(ActorSystem<?> system) {
    system.terminate();
    return system.getWhenTerminated();
  }

  /** Its actors. */
  ActorSystem<?> system() {
    return system;
  }

  /** The channels, for a node that comes after this one. */
  public CompletionStage<List<ChannelRecord>> channels() {
    return cluster.channels();
  }

  /** What all channels do now. */
  public CompletionStage<List<ChannelStats>> stats() {
    return cluster.stats();
  }

  /** What the media workers did since their start. */
  public CompletionStage<List<MediaReply.Statistics>> workerStatistics() {
    return cluster.workerStatistics();
  }

  /** Ends all sessions; clients stop for good, channels and services stay. */
  public void closeAllSessions() {
    cluster.closeAllSessions(CloseCode.KICKED.code(), "closed by the operator");
  }

  /** Completes when the actor system has ended, with the reason. */
  public CompletionStage<Membership.End> ended() {
    return Membership.ended(system);
  }

  /**
   * Leaves in order: no new connections, calls left to other nodes, or else clients sent away so that they reconnect,
   * workers, the membership, the rest.
   */
  public CompletionStage<?> stop() {
    CoordinatedShutdown.get(system).runAll(new Membership.Stop());
    return system.getWhenTerminated();
  }

  /** Also what happens when the node is made to leave by Pekko Management, or when the others have given it up. */
  private void leaveWithSystem() {
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeServiceUnbind(),
            "leave-calls",
            () -> {
              Readiness.get(system).draining();
              return binding
                  .unbind()
                  .thenCompose(_ -> cluster.leave(GOING_AWAY, "server stops"))
                  .thenCompose(_ -> HttpServer.stop(binding));
            });
  }
}
