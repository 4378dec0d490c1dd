package sfu.node.ops;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.management.javadsl.PekkoManagement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.config.Config;

/**
 * The management port: {@code /ready} and {@code /alive} for whoever watches the node, {@code /cluster/members} to see and
 * change the cluster (GET; DELETE on a member lets it leave), {@code /bootstrap/…} for nodes that look for each other. It
 * asks for no password, so it is for loopback and private networks.
 */
public final class Management {

  private static final Logger LOG = LoggerFactory.getLogger(Management.class);

  private Management() {}

  /** Serves the port, if there is one. Fails with what an operator should know if it is taken and required. */
  public static CompletionStage<Void> start(ActorSystem<?> system, Config config) {
    if (config.management().isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    Config.Management management = config.management().get();
    return PekkoManagement.get(system)
        .start()
        .handle(
            (_, failure) -> {
              if (failure == null) {
                return null;
              }
              String why =
                  "MANAGEMENT_PORT "
                      + management.port()
                      + " can't be bound on "
                      + management.bind().getHostAddress()
                      + ": it is taken, or not for this user or machine";
              if (management.required()) {
                throw new CompletionException(new IllegalStateException(why, failure));
              }
              LOG.warn("{}; this node goes without", why);
              return null;
            });
  }
}
