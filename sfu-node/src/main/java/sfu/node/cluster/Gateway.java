package sfu.node.cluster;

import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
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
import sfu.protocol.signal.CloseCode;
import sfu.protocol.signal.Credentials;

/**
 * One WebSocket: checks the credentials, then carries frames between the client and its {@link Session}, wherever that
 * runs. One frame of the client is under way at a time.
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

  /** Closes the socket. */
  record Close(int code, String reason) implements Command {}

  private record Looked(Credentials credentials, ChannelRecord channel) implements Command {}

  private record SessionLost() implements Command {}

  private enum Deadline implements Command {
    CREDENTIALS
  }

  /** What every gateway of a node works with. */
  record Surroundings(
      JwtVerifier verifier, InstantSource clock, ActorRef<ChannelRegistry.Command> registry, Rooms rooms) {}

  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  private enum State {
    CREDENTIALS,
    JOINING,
    OPEN,
    CLOSING
  }

  private final Socket socket;
  private final ActorRef<Gateways.Command> gateways;
  private final Surroundings surroundings;
  private final TimerScheduler<Command> timers;
  private final String connection = UUID.randomUUID().toString();
  private State state = State.CREDENTIALS;
  private RecipientRef<RoomMessage> joining;
  private ActorRef<Session.Command> session;

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
    socket.next();
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
      case FrameDone _ -> socket.next();
      case Close(int code, var reason) -> close(code, reason);
      case Deadline _ -> close(CloseCode.TIMEOUT.code(), "not authenticated within 10 s");
      case SessionLost _ -> close(CloseCode.ERROR.code(), "session lost");
      case SocketClosed(int code) -> {
        LOG.debug("socket closed with {}", code);
        tellSession(new Session.Disconnected());
        return Behaviors.stopped();
      }
    }
    return this;
  }

  private void received(String text) {
    switch (state) {
      case CREDENTIALS -> {
        state = State.JOINING;
        switch (Credentials.parse(text)) {
          case Credentials.Parsed.Accepted(var credentials) -> look(credentials);
          case Credentials.Parsed.Refused(var code, var why) -> close(code.code(), why);
        }
      }
      case OPEN -> session.tell(new Session.Frame(text));
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
      joining = surroundings.rooms().session(channel.uuid(), connection);
      joining.tell(
          new Session.Join(channel, claims.get().sessionId(), credentials.features(), getContext().getSelf()));
    }
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
    if (state != State.JOINING) {
      welcoming.tell(new Session.Disconnected());
      return;
    }
    state = State.OPEN;
    session = welcoming;
    timers.cancel(Deadline.CREDENTIALS);
    getContext().watchWith(welcoming, new SessionLost());
    gateways.tell(new Gateways.Authenticated(getContext().getSelf()));
    socket.send("");
    socket.next();
  }

  private void close(int code, String reason) {
    if (state != State.CLOSING) {
      tellSession(new Session.Disconnected());
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
