package sfu.node.cluster;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.CborMessage;
import sfu.protocol.jwt.Claims;
import sfu.protocol.jwt.JoinClaims;
import sfu.protocol.jwt.JwtVerifier;
import sfu.protocol.jwt.Keys;
import sfu.protocol.signal.Bus;
import sfu.protocol.signal.CloseCode;
import sfu.protocol.signal.Credentials;
import sfu.protocol.signal.ServerMessage;

/**
 * One WebSocket: checks the credentials, then carries frames between the client and its {@link Session}, wherever that
 * runs. One frame of the client is under way at a time. A session that ends because its node or its worker does is
 * begun anew over the same socket, if the client can have that; if this node is the one that leaves, the client is
 * asked to come by another way.
 */
public final class Gateway extends AbstractBehavior<Gateway.Command> {

  /** What a gateway can be told. */
  public sealed interface Command extends CborMessage {}

  /** The client sent a text frame. */
  public record FrameReceived(String text) implements Command {}

  /** The connection is gone. */
  public record SocketClosed(int code) implements Command {}

  /** From the session: it is in its channel, the client may be told so. */
  record Welcome(ActorRef<Session.Command> session) implements Command {}

  /** From the session: for the client. */
  record Send(String frame) implements Command {}

  /** From the session: it has dealt with the frame it got. */
  record FrameDone() implements Command {}

  /**
   * From the session: it ended here, but should go on elsewhere; {@code code} is for a client that has to reconnect.
   */
  record Moved(int code, String reason) implements Command {}

  /** Closes the socket. */
  record Close(int code, String reason) implements Command {}

  /** A node isn't heard any more. */
  record NodeSilent(Address node) implements Command {}

  /**
   * This node leaves: no session is begun on this socket any more, and if {@code now}, its client is to go elsewhere.
   */
  record Depart(boolean now) implements Command {}

  private record Looked(Credentials credentials, ChannelRecord channel) implements Command {}

  private record SessionLost(ActorRef<Session.Command> session) implements Command {}

  private enum Again implements Command {
    JOIN
  }

  private enum Deadline implements Command {
    CREDENTIALS,
    RESUMPTION,
    DEPARTURE
  }

  /** The session of a channel for a connection, wherever it will run. */
  interface Sessions {
    RecipientRef<RoomMessage> session(String channelUuid, String connection);
  }

  /** What every gateway of a node works with. */
  record Surroundings(
      JwtVerifier verifier, InstantSource clock, ActorRef<ChannelRegistry.Command> registry, Sessions sessions) {}

  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  /** Going away (RFC 6455, 7.4.1): every client comes back. */
  private static final int GOING_AWAY = 1001;

  /** A frame of this node's own: whatever bus the client is on, it means the socket. */
  private static final String MOVE = moveFrame();

  private static final long MINUTE_MILLIS = Duration.ofMinutes(1).toMillis();

  private enum State {
    CREDENTIALS,
    JOINING,
    OPEN,
    /** The session is begun anew. */
    RESUMING,
    /** There is no session any more; the client is on its way to another node. */
    ABANDONED,
    CLOSING
  }

  private final Socket socket;
  private final ActorRef<Gateways.Command> gateways;
  private final Surroundings surroundings;
  private final TimerScheduler<Command> timers;
  private State state = State.CREDENTIALS;
  private Session.Join join;
  private RecipientRef<RoomMessage> joining;
  private ActorRef<Session.Command> session;
  private String heldBack;
  private boolean frameIsDue;
  private boolean departing;
  private boolean toldToMove;
  private int resumptions;
  private long resumptionsSinceMillis;

  static Behavior<Command> create(Socket socket, ActorRef<Gateways.Command> gateways, Surroundings surroundings) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Gateway(context, timers, socket, gateways, surroundings)));
  }

  private Gateway(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Socket socket,
      ActorRef<Gateways.Command> gateways,
      Surroundings surroundings) {
    super(context);
    this.timers = timers;
    this.socket = socket;
    this.gateways = gateways;
    this.surroundings = surroundings;
    timers.startSingleTimer(Deadline.CREDENTIALS, Timings.AUTHENTICATION);
    socket.attach(context.getSelf());
    nextFrame();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onAnyMessage(this::on).build();
  }

  private Behavior<Command> on(Command command) {
    switch (command) {
      case FrameReceived(var text) -> received(text);
      case Looked(var credentials, var channel) -> looked(credentials, channel);
      case Welcome(var welcoming) -> welcome(welcoming);
      case Send(var frame) -> {
        if (state == State.OPEN) {
          socket.send(frame);
        }
      }
      case FrameDone _ -> nextFrame();
      case Moved(int code, var reason) -> moved(code, reason);
      case Again _ -> {
        if (state == State.JOINING || state == State.RESUMING) {
          joining.tell(join);
        }
      }
      case Close(int code, var reason) -> close(code, reason);
      case Depart(boolean now) -> depart(now);
      case NodeSilent(var node) -> {
        // A stock client needs two seconds to come back: they may as well pass while the cluster makes up its mind.
        if (state == State.OPEN && !isMovable() && session.path().address().equals(node)) {
          close(GOING_AWAY, "the session's node is silent");
        }
      }
      case Deadline deadline ->
          close(
              deadline == Deadline.DEPARTURE ? GOING_AWAY : CloseCode.TIMEOUT.code(),
              switch (deadline) {
                case CREDENTIALS -> "not authenticated within 10 s";
                case RESUMPTION -> "the session could not be brought back within 10 s";
                case DEPARTURE -> "server stops";
              });
      case SessionLost(var lost) -> {
        if (lost.equals(session)) {
          moved(CloseCode.ERROR.code(), "session lost");
        }
      }
      case SocketClosed(int code) -> {
        LOG.debug("socket closed with {}", code);
        // By the client's own close, or by ours.
        tellSession(
            new Session.Disconnected(
                code == CloseCode.CLEAN.code() || code == GOING_AWAY || state == State.CLOSING));
        return Behaviors.stopped();
      }
    }
    return this;
  }

  private static String moveFrame() {
    Bus bus = new Bus("s_");
    bus.send(new ServerMessage.Move(), 0);
    return bus.pollFrame(0);
  }

  private void received(String text) {
    frameIsDue = false;
    switch (state) {
      case CREDENTIALS -> {
        state = State.JOINING;
        switch (Credentials.parse(text)) {
          case Credentials.Parsed.Accepted(var credentials) -> look(credentials);
          case Credentials.Parsed.Refused(var code, var why) -> close(code.code(), why);
        }
      }
      case OPEN -> session.tell(new Session.Frame(text));
      case RESUMING -> heldBack = text;
      case ABANDONED -> nextFrame();
      // Frames come on demand, and none was asked for: this is one that raced with the close.
      case JOINING, CLOSING -> LOG.debug("a frame too late");
    }
  }

  private void look(Credentials credentials) {
    String uuid = credentials.channelUuid();
    if (uuid == null) {
      // Clients up to 1.1: the channel is the token's, so the token must be good under AUTH_KEY before it is believed.
      Optional<Claims> claims = verify(surroundings.verifier(), credentials.jwt());
      uuid = claims.map(c -> JoinClaims.of(c).channelUuid()).orElse(null);
      if (uuid == null) {
        refuse("no valid token, or one without a channel");
        return;
      }
    }
    String wanted = uuid;
    getContext()
        .ask(
            ChannelRegistry.Found.class,
            surroundings.registry(),
            // Longer than the socket may wait: a silent registry is a reason to come back (4107), not to stop.
            Timings.AUTHENTICATION.multipliedBy(2),
            replyTo -> new ChannelRegistry.Lookup(wanted, replyTo),
            (found, failure) -> new Looked(credentials, found == null ? null : found.channel()));
  }

  private void looked(Credentials credentials, ChannelRecord channel) {
    if (state != State.JOINING) {
      return;
    }
    if (channel == null) {
      refuse("no such channel");
      return;
    }
    if (channel.key() != null && credentials.channelUuid() == null) {
      refuse("a channel with its own key is joined by its UUID");
      return;
    }
    Optional<JwtVerifier> verifier =
        channel.key() == null
            ? Optional.of(surroundings.verifier())
            : Keys.decode(channel.key()).map(JwtVerifier::new);
    Optional<JoinClaims> claims = verifier.flatMap(v -> verify(v, credentials.jwt())).map(JoinClaims::of);
    if (claims.isEmpty()) {
      refuse("no valid token");
    } else if (claims.get().sessionId() == null) {
      refuse("a token without session_id");
    } else if (claims.get().channelUuid() != null && !claims.get().channelUuid().equals(channel.uuid())) {
      refuse("a token for another channel");
    } else {
      begin(
          new Session.Join(
              channel,
              claims.get().sessionId(),
              credentials.features(),
              credentials.resumes() && credentials.features().contains(Credentials.MOVE),
              0,
              getContext().getSelf()));
    }
  }

  private void begin(Session.Join next) {
    join = next;
    joining = surroundings.sessions().session(next.channel().uuid(), UUID.randomUUID().toString());
    joining.tell(next);
    // Until it answers: what is on its way to a node that dies is lost, and the session is then begun on another.
    timers.startTimerWithFixedDelay(Again.JOIN, Timings.JOIN_AGAIN);
  }

  private Optional<Claims> verify(JwtVerifier verifier, String jwt) {
    return switch (verifier.verify(jwt, surroundings.clock().instant())) {
      case JwtVerifier.Result.Verified(var claims) -> Optional.of(claims);
      case JwtVerifier.Result.Refused(var reason) -> {
        LOG.debug("token refused: {}", reason);
        yield Optional.empty();
      }
    };
  }

  private void refuse(String why) {
    LOG.debug("authentication failed: {}", why);
    close(CloseCode.AUTHENTICATION_FAILED.code(), "authentication failed");
  }

  private void welcome(ActorRef<Session.Command> welcoming) {
    if (welcoming.equals(session)) {
      return;
    }
    if (state != State.JOINING && state != State.RESUMING) {
      welcoming.tell(new Session.Disconnected(state == State.CLOSING));
      return;
    }
    timers.cancel(Again.JOIN);
    session = welcoming;
    getContext().watchWith(welcoming, new SessionLost(welcoming));
    if (state == State.JOINING) {
      state = State.OPEN;
      timers.cancel(Deadline.CREDENTIALS);
      gateways.tell(new Gateways.Authenticated(getContext().getSelf()));
      socket.send("");
      nextFrame();
      return;
    }
    state = State.OPEN;
    timers.cancel(Deadline.RESUMPTION);
    if (heldBack != null) {
      session.tell(new Session.Frame(heldBack));
      heldBack = null;
    } else {
      nextFrame();
    }
  }

  /** Lets one more frame in, unless one is awaited already. */
  private void nextFrame() {
    if (!frameIsDue) {
      frameIsDue = true;
      socket.next();
    }
  }

  private void moved(int code, String reason) {
    switch (state) {
      case OPEN, RESUMING, JOINING -> {
        forgetSession();
        if (!isMovable()) {
          close(code, reason);
        } else if (departing && state == State.JOINING) {
          // Not welcomed yet, it waits for that and nothing else.
          close(GOING_AWAY, "server stops");
        } else if (departing) {
          timers.cancel(Deadline.RESUMPTION);
          state = State.ABANDONED;
          tellToMove();
          nextFrame();
        } else if (state == State.JOINING) {
          // Its first frame is still to come; it only waits a little longer.
          begin(next(join.resumes(), join.incarnation()));
        } else if (mayResume()) {
          state = State.RESUMING;
          timers.startSingleTimer(Deadline.RESUMPTION, Timings.AUTHENTICATION);
          begin(next(true, join.incarnation() + 1));
        } else {
          close(CloseCode.ERROR.code(), "the session fails again and again");
        }
      }
      case CREDENTIALS, ABANDONED, CLOSING -> LOG.debug("a session moved that isn't waited for any more");
    }
  }

  private Session.Join next(boolean resumes, int incarnation) {
    return new Session.Join(
        join.channel(), join.id(), join.features(), resumes, incarnation, getContext().getSelf());
  }

  private boolean mayResume() {
    long now = surroundings.clock().millis();
    if (now - resumptionsSinceMillis >= MINUTE_MILLIS) {
      resumptionsSinceMillis = now;
      resumptions = 0;
    }
    return ++resumptions <= Timings.MAX_RESUMPTIONS;
  }

  private void depart(boolean now) {
    departing = true;
    switch (state) {
      case OPEN, RESUMING -> {
        if (now && isMovable()) {
          tellToMove();
        } else if (now) {
          close(GOING_AWAY, "server stops");
        }
      }
      case CREDENTIALS, JOINING -> {
        if (now) {
          close(GOING_AWAY, "server stops");
        }
      }
      case ABANDONED, CLOSING -> LOG.debug("departing already");
    }
  }

  private void tellToMove() {
    if (!toldToMove) {
      toldToMove = true;
      socket.send(MOVE);
      timers.startSingleTimer(Deadline.DEPARTURE, Timings.DEPARTURE);
    }
  }

  private boolean isMovable() {
    return join.features().contains(Credentials.MOVE);
  }

  private void forgetSession() {
    if (session != null) {
      getContext().unwatch(session);
    }
    session = null;
    joining = null;
  }

  private void close(int code, String reason) {
    if (state != State.CLOSING) {
      // Who is only sent away comes back, and its session, if that is elsewhere, may as well wait for it.
      tellSession(new Session.Disconnected(code != GOING_AWAY));
      state = State.CLOSING;
      timers.cancelAll();
      socket.close(code, reason);
    }
  }

  private void tellSession(Session.Command command) {
    if (session != null) {
      session.tell(command);
    } else if (joining != null) {
      joining.tell(command);
    }
  }
}
