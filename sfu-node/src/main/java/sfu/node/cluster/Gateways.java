package sfu.node.cluster;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.protocol.signal.CloseCode;

/** The sockets of this node: a {@link Gateway} each, with a bound on those that haven't authenticated. */
public final class Gateways extends AbstractBehavior<Gateways.Command> {

  /** What can be asked of all sockets together. Nothing of this leaves the node. */
  public sealed interface Command {}

  /** A socket opened. */
  public record Accept(Socket socket) implements Command {}

  /** Closes every socket there is. */
  public record CloseAll(int code, String reason) implements Command {}

  /** This node leaves: sessions that end are not begun anew over its sockets, and no socket is taken any more. */
  public record Depart() implements Command {}

  /** Asks every client to come by another node; {@code replyTo} hears when the last socket is gone. */
  public record SendAway(ActorRef<Drained> replyTo) implements Command {}

  /** Closes every socket, now and from now on; {@code replyTo} hears when the last is gone. */
  public record Drain(int code, String reason, ActorRef<Drained> replyTo) implements Command {}

  /** No socket is left. */
  public record Drained() {}

  /** A node isn't heard any more; it may be back in a moment, or be given up. */
  record NodeSilent(Address node) implements Command {}

  record Authenticated(ActorRef<Gateway.Command> gateway) implements Command {}

  private record Gone(ActorRef<Gateway.Command> gateway) implements Command {}

  /**
   * Sockets that may wait for their credentials at a time. A client sends them at once, so when a flood fills this it
   * is the oldest that goes, and who has something to say gets in.
   */
  static final int MAX_UNAUTHENTICATED = 2_000;

  /** Going away (RFC 6455, 7.4.1): every client comes back. */
  private static final int GOING_AWAY = 1001;

  private static final Logger LOG = LoggerFactory.getLogger(Gateways.class);

  private final Gateway.Surroundings surroundings;
  private final Set<ActorRef<Gateway.Command>> all = new HashSet<>();
  private final Set<ActorRef<Gateway.Command>> unauthenticated = new LinkedHashSet<>();
  private long pushedOut;
  private boolean departing;
  private ActorRef<Drained> awaitingDrained;

  static Behavior<Command> create(Gateway.Surroundings surroundings) {
    return Behaviors.setup(context -> new Gateways(context, surroundings));
  }

  private Gateways(ActorContext<Command> context, Gateway.Surroundings surroundings) {
    super(context);
    this.surroundings = surroundings;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onAnyMessage(this::on).build();
  }

  private Behavior<Command> on(Command command) {
    switch (command) {
      case Accept accept -> accept(accept);
      case Authenticated(var gateway) -> unauthenticated.remove(gateway);
      case Gone(var gateway) -> {
        all.remove(gateway);
        unauthenticated.remove(gateway);
        answerIfDrained();
      }
      case NodeSilent(var node) -> all.forEach(gateway -> gateway.tell(new Gateway.NodeSilent(node)));
      case CloseAll(int code, var reason) -> closeAll(code, reason);
      case Depart _ -> {
        departing = true;
        all.forEach(gateway -> gateway.tell(new Gateway.Depart(false)));
      }
      case SendAway(var replyTo) -> {
        departing = true;
        awaitingDrained = replyTo;
        all.forEach(gateway -> gateway.tell(new Gateway.Depart(true)));
        answerIfDrained();
      }
      case Drain drain -> {
        departing = true;
        awaitingDrained = drain.replyTo();
        closeAll(drain.code(), drain.reason());
        answerIfDrained();
      }
    }
    return this;
  }

  private void accept(Accept accept) {
    if (departing) {
      accept.socket().close(GOING_AWAY, "server stops");
      return;
    }
    ActorRef<Gateway.Command> gateway =
        getContext().spawnAnonymous(Gateway.create(accept.socket(), getContext().getSelf(), surroundings));
    getContext().watchWith(gateway, new Gone(gateway));
    all.add(gateway);
    unauthenticated.add(gateway);
    if (unauthenticated.size() > MAX_UNAUTHENTICATED) {
      ActorRef<Gateway.Command> oldest = unauthenticated.iterator().next();
      unauthenticated.remove(oldest);
      oldest.tell(new Gateway.Close(CloseCode.TIMEOUT.code(), "too many sockets without credentials"));
      if (pushedOut++ % MAX_UNAUTHENTICATED == 0) {
        LOG.warn(
            "{} sockets wait for credentials: the oldest are closed ({} so far)", MAX_UNAUTHENTICATED, pushedOut);
      }
    }
  }

  private void closeAll(int code, String reason) {
    all.forEach(gateway -> gateway.tell(new Gateway.Close(code, reason)));
  }

  private void answerIfDrained() {
    if (awaitingDrained != null && all.isEmpty()) {
      awaitingDrained.tell(new Drained());
    }
  }
}
