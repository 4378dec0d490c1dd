package sfu.node.ops;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Extension;
import org.apache.pekko.actor.typed.ExtensionId;

/**
 * Whether this node takes new connections: what {@code /ready} on the management port says, and so whether load balancers
 * send it any. Thread-safe.
 */
public final class Readiness implements Extension {

  /** A node goes through these once, in this order. */
  public enum State {
    /** Not in the cluster yet, or no workers, or nothing bound. */
    STARTING,
    READY,
    /** Serves those it has, until they have moved to other nodes. */
    DRAINING
  }

  private static final class Id extends ExtensionId<Readiness> {
    @Override
    public Readiness createExtension(ActorSystem<?> system) {
      return new Readiness();
    }
  }

  private static final ExtensionId<Readiness> ID = new Id();

  private final AtomicReference<State> state = new AtomicReference<>(State.STARTING);

  private Readiness() {}

  /** That of the node with this actor system. */
  public static Readiness get(ActorSystem<?> system) {
    return ID.apply(system);
  }

  /** All of the node has started; without effect on one that drains already. */
  public void ready() {
    state.compareAndSet(State.STARTING, State.READY);
  }

  /** New connections should go to other nodes from now on. */
  public void draining() {
    state.set(State.DRAINING);
  }

  public State state() {
    return state.get();
  }
}
