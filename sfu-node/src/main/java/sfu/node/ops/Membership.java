package sfu.node.ops;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.apache.pekko.management.cluster.bootstrap.ClusterBootstrap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.config.Config;
import sfu.node.config.Config.Endpoint;
import sfu.node.config.Config.Joining;

/** This node's membership in its cluster: how it gets in, and how it ended. */
public final class Membership {

  /** Why an actor system ended. */
  public enum End {
    /** This process ended it. */
    STOPPED,
    /** An operator let the node leave, by the management port. */
    LEFT,
    /** The other nodes went on without it, or it lost them. */
    REMOVED
  }

  /** Why a node's shutdown was begun by its own process, not by the cluster. */
  public record Stop() implements CoordinatedShutdown.Reason {}

  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  /** A cluster whose nodes all start at once needs some 10 s by discovery. */
  private static final Duration FIRST_COMPLAINT = Duration.ofSeconds(20);

  private static final Duration COMPLAINT_INTERVAL = Duration.ofSeconds(30);

  private Membership() {}

  /**
   * Joins the cluster, and tries on until that works: the nodes that let it in may start later. Completes when the node is
   * up; fails if the actor system ends before. By discovery, the management port must be served already.
   */
  public static CompletionStage<Void> join(ActorSystem<?> system, Config.Cluster cluster) {
    var membership = org.apache.pekko.cluster.typed.Cluster.get(system);
    CompletableFuture<Void> joined = new CompletableFuture<>();
    Cluster.get(system).registerOnMemberUp(() -> joined.complete(null));
    system
        .getWhenTerminated()
        .thenRun(() -> joined.completeExceptionally(new IllegalStateException("ended before it was in the cluster")));
    switch (cluster.joining()) {
      case Joining.Alone _ ->
          membership.manager().tell(new JoinSeedNodes(List.of(membership.selfMember().address())));
      case Joining.Seeds(List<Endpoint> seeds) ->
          membership.manager().tell(new JoinSeedNodes(addresses(seeds, membership.selfMember().address())));
      case Joining.Dns _, Joining.Kubernetes _ -> ClusterBootstrap.get(system).start();
    }
    complainUnlessDone(joined, system, cluster.joining(), FIRST_COMPLAINT);
    return joined;
  }

  /** Completes when the actor system has ended. */
  public static CompletionStage<End> ended(ActorSystem<?> system) {
    CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
    return system
        .getWhenTerminated()
        .thenApply(
            _ ->
                switch (shutdown.getShutdownReason().orElse(null)) {
                  case CoordinatedShutdown.ClusterLeavingReason$ _ -> End.LEFT;
                  case CoordinatedShutdown.ActorSystemTerminateReason$ _ -> End.STOPPED;
                  case Stop _ -> End.STOPPED;
                  case null, default -> End.REMOVED;
                });
  }

  private static List<Address> addresses(List<Endpoint> seeds, Address self) {
    return seeds.stream()
        .map(seed -> new Address(self.protocol(), self.system(), seed.host(), seed.port()))
        .toList();
  }

  private static void complainUnlessDone(
      CompletableFuture<Void> joined, ActorSystem<?> system, Joining joining, Duration delay) {
    Runnable complain =
        () -> {
          if (!joined.isDone()) {
            LOG.error("not in a cluster yet: {}", obstacle(joining));
            complainUnlessDone(joined, system, joining, COMPLAINT_INTERVAL);
          }
        };
    system.scheduler().scheduleOnce(delay, complain, system.executionContext());
  }

  private static String obstacle(Joining joining) {
    return switch (joining) {
      case Joining.Alone _ -> "this node is slow to start";
      case Joining.Seeds(List<Endpoint> seeds) ->
          "none of CLUSTER_SEEDS ("
              + seeds.stream().map(Endpoint::toString).collect(Collectors.joining(", "))
              + ") lets this node in; the first must be up, called so by its own CLUSTER_HOST and CLUSTER_PORT, and, with"
              + " TLS, trust the same authority";
      case Joining.Dns(String service, int minNodes) ->
          "fewer than CLUSTER_MIN_NODES (" + minNodes + ") nodes answer on the management ports that DNS has for " + service;
      case Joining.Kubernetes(String selector, int minNodes) ->
          "fewer than CLUSTER_MIN_NODES ("
              + minNodes
              + ") pods with "
              + selector
              + " answer on their management ports, or this one may not list pods";
    };
  }
}
