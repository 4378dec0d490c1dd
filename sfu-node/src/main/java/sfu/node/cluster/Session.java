package sfu.node.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaCommand.Direction;
import sfu.node.media.MediaEvent;
import sfu.node.media.MediaReply;
import sfu.protocol.ortc.DtlsParameters;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.ortc.TransportConfig;
import sfu.protocol.signal.ClientMessage;
import sfu.protocol.signal.CloseCode;
import sfu.protocol.signal.Credentials;
import sfu.protocol.signal.Inbound;
import sfu.protocol.signal.Json;
import sfu.protocol.signal.ServerMessage;
import sfu.protocol.signal.SessionId;
import sfu.protocol.signal.SessionInfo;

/**
 * One participant's signalling over one connection: joins the channel, opens two transports, then carries out what the
 * client asks and tells it of the others. Lives as long as the connection, or until it moves: then it leaves its seat
 * and its transports behind for a while, for the session that goes on with them, on this node or on another.
 */
public final class Session extends AbstractBehavior<Session.Command> {

  /** What a session can be told. */
  public sealed interface Command extends RoomMessage {}

  /**
   * Begins the session. The gateway is told {@link Gateway.Welcome} once the channel has admitted it. {@code resumes}:
   * it goes on for one before it, the {@code incarnation}-th over this socket, from 0.
   */
  record Join(
      ChannelRecord channel,
      SessionId id,
      Set<String> features,
      boolean resumes,
      int incarnation,
      ActorRef<Gateway.Command> gateway)
      implements Command {}

  /** A bus frame of the client; the gateway is told {@link Gateway.FrameDone}. */
  record Frame(String text) implements Command {}

  /** The socket is gone; {@code inOrder}: because one side wanted it so, and not by an accident on the way. */
  record Disconnected(boolean inOrder) implements Command {}

  /** From the channel: this session is in; {@code worker} is null in a channel without media. */
  record Admitted(
      ActorRef<Channel.Command> channel, ActorRef<MediaCommand> worker, List<Production> productions)
      implements Command {}

  /** From the channel: this session isn't, or no longer, in. */
  record Ended(int code, String reason) implements Command {}

  /** From the channel: another connection goes on with this session. */
  record TakenOver() implements Command {}

  /** From the channel, some time after this session resumed another: all other sessions. */
  record Present(List<SessionId> ids) implements Command {}

  /** The shard goes to another node; never leaves this one. */
  record HandedOff() implements Command {}

  /** From the channel: a stream is offered, replaced, paused or resumed. */
  record Produced(Production production) implements Command {}

  /** From the channel: a stream is no more. */
  record Unproduced(SessionId owner, StreamType type) implements Command {}

  /** From the channel: another session left, with all its streams. */
  record PeerLeft(SessionId id) implements Command {}

  /** From the channel: the info of others, by the text of their ids. */
  record InfosChanged(Map<String, SessionInfo> infos) implements Command {}

  /** From the channel: another session broadcast this; null if there was no payload. */
  record Heard(SessionId sender, JsonNode message) implements Command {}

  /** A step of this session's own that waited for an answer or a time; never leaves it. */
  record Resume(Runnable step) implements Command {}

  private record MediaHappened(MediaEvent event) implements Command {}

  private record ChannelLost() implements Command {}

  private record WorkerLost() implements Command {}

  private enum Key {
    PING,
    CONNECTION
  }

  /** The feature by which a client asks the server to derive {@code isTalking} from its audio levels. */
  private static final String SPEAKING = "speaking";

  /** Going away (RFC 6455, 7.4.1): every client comes back. */
  private static final int GOING_AWAY = 1001;

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final TimerScheduler<Command> timers;
  private final RecipientRef<RoomMessage> channel;
  private final String connection;
  private final SessionSettings settings;
  private final String ctsTransportId = UUID.randomUUID().toString();
  private final String stcTransportId = UUID.randomUUID().toString();

  private Join join;

  /** The channel that this session is in, by itself; null until it is. */
  private ActorRef<Channel.Command> admittedBy;

  private Lines lines;
  private Producers producers;
  private Consumers consumers;
  private ActorRef<MediaCommand> worker;
  private TransportConfig ctsConfig;
  private TransportConfig stcConfig;
  private int errors;
  private long dropped;
  private boolean transportsAnswered;
  private boolean ended;

  static Behavior<Command> create(RecipientRef<RoomMessage> channel, String connection, SessionSettings settings) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new Session(context, timers, channel, connection, settings)));
  }

  private Session(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      RecipientRef<RoomMessage> channel,
      String connection,
      SessionSettings settings) {
    super(context);
    this.timers = timers;
    this.channel = channel;
    this.connection = connection;
    this.settings = settings;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onAnyMessage(this::on).build();
  }

  private Behavior<Command> on(Command command) {
    if (join == null) {
      if (!(command instanceof Join first)) {
        // Something late for a connection that is over; there is nothing to clean up.
        return Behaviors.stopped();
      }
      begin(first);
      return this;
    }
    try {
      handle(command);
      lines.flush();
    } catch (RuntimeException e) {
      // One participant's surprise must not leave its transports behind.
      LOG.error("session {} of channel {} failed", join.id(), join.channel().uuid(), e);
      end(CloseCode.ERROR.code(), "server error");
    }
    return ended ? Behaviors.stopped() : this;
  }

  private void handle(Command command) {
    switch (command) {
      case Join _ -> {
        // Its gateway didn't hear the answer, or not yet.
        if (admittedBy != null) {
          join.gateway().tell(new Gateway.Welcome(getContext().getSelf()));
        }
      }
      case Frame(var text) -> {
        frame(text);
        join.gateway().tell(new Gateway.FrameDone());
      }
      case Disconnected(boolean inOrder) -> {
        if (inOrder || !isMovable()) {
          end(CloseCode.CLEAN.code(), "socket closed");
        } else {
          // Its client is about to come back, by another way: its media needn't notice.
          move(GOING_AWAY, "socket lost", true);
        }
      }
      case Admitted admitted -> admitted(admitted);
      case Ended(int code, var reason) -> end(code, reason);
      case TakenOver _ -> {
        ended = true;
        join.gateway().tell(new Gateway.Close(CloseCode.CLEAN.code(), "moved to another connection"));
      }
      case Present(var ids) -> lines.notice(new ServerMessage.Sessions(ids));
      case HandedOff _ -> move(GOING_AWAY, "handed over to another node", true);
      case Produced(var production) -> consumers.produced(production);
      case Unproduced(var owner, var type) -> consumers.unproduced(owner, type);
      case PeerLeft(var id) -> {
        consumers.peerLeft(id);
        lines.notice(new ServerMessage.SessionLeave(id));
      }
      case InfosChanged(var infos) -> lines.notice(new ServerMessage.InfoChange(infos));
      case Heard(var sender, var message) -> lines.notice(new ServerMessage.Broadcast(sender, message));
      case Resume(var step) -> step.run();
      case MediaHappened(var event) -> happened(event);
      case ChannelLost _ -> move(CloseCode.ERROR.code(), "channel lost", true);
      case WorkerLost _ -> move(CloseCode.ERROR.code(), "media worker lost", false);
    }
  }

  private void begin(Join first) {
    join = first;
    Seat seat = seat();
    lines = new Lines(getContext(), timers, settings.nanoClock(), first);
    producers =
        new Producers(
            lines,
            seat,
            settings.capabilities(),
            first.features().contains(SPEAKING),
            channel::tell,
            this::failed);
    consumers = new Consumers(lines, settings.random(), isMovable(), this::failed);
    getContext().watchWith(first.gateway(), new Disconnected(false));
    channel.tell(new Channel.Admit(first.channel(), seat, getContext().getSelf(), first.resumes()));
  }

  private void admitted(Admitted admitted) {
    admittedBy = admitted.channel();
    join.gateway().tell(new Gateway.Welcome(getContext().getSelf()));
    getContext().watchWith(admitted.channel(), new ChannelLost());
    pingLater();
    if (admitted.worker() == null) {
      return;
    }
    worker = admitted.worker();
    lines.worker(worker);
    producers.worker(worker);
    consumers.worker(worker);
    getContext().watchWith(worker, new WorkerLost());
    admitted.productions().forEach(consumers::produced);
    lines.after(
        Key.CONNECTION,
        Timings.CONNECTION,
        () -> end(CloseCode.TIMEOUT.code(), "not connected within 10 s"));
    ActorRef<MediaEvent> owner = getContext().messageAdapter(MediaEvent.class, MediaHappened::new);
    openTransport(ctsTransportId, Direction.CTS, owner);
    openTransport(stcTransportId, Direction.STC, owner);
  }

  private void openTransport(String transportId, Direction direction, ActorRef<MediaEvent> owner) {
    lines.askWorker(
        // Longer than the session waits for it: an overloaded worker is a client's reason to come back (4107).
        Timings.CONNECTION.multipliedBy(2),
        replyTo ->
            new MediaCommand.OpenTransport(join.channel().uuid(), transportId, direction, owner, replyTo),
        reply -> {
          if (reply instanceof MediaReply.TransportOpened(var config)) {
            opened(direction, config);
          } else {
            LOG.error("session {}: no {} transport: {}", join.id(), direction, reply);
            end(CloseCode.ERROR.code(), "no transport");
          }
        });
  }

  private void opened(Direction direction, TransportConfig config) {
    switch (direction) {
      case CTS -> ctsConfig = config;
      case STC -> stcConfig = config;
    }
    if (ctsConfig != null && stcConfig != null) {
      lines.request(
          new ServerMessage.InitTransports(
              settings.capabilities(), stcConfig, ctsConfig, settings.producerOptions()),
          Timings.REQUEST,
          this::connected,
          () -> end(CloseCode.ERROR.code(), "INIT_TRANSPORTS unanswered"));
    }
  }

  private void connected(JsonNode answer) {
    Optional<RtpCapabilities> capabilities = Json.read(answer, RtpCapabilities.class);
    if (capabilities.isEmpty()) {
      end(CloseCode.ERROR.code(), "INIT_TRANSPORTS answered without RTP capabilities");
      return;
    }
    lines.cancel(Key.CONNECTION);
    transportsAnswered = true;
    consumers.start(stcTransportId, capabilities.get());
  }

  private void frame(String text) {
    for (Inbound inbound : lines.receive(text)) {
      switch (inbound) {
        case Inbound.Request(var id, var name, var payload) -> client(id, name, payload);
        case Inbound.Message(var name, var payload) -> client(null, name, payload);
        case Inbound.Malformed(var why) -> drop(why);
        case Inbound.Response _ -> throw new IllegalStateException("answers go to who asked");
      }
    }
  }

  private void client(String requestId, String name, JsonNode payload) {
    switch (ClientMessage.parse(name, payload)) {
      case ClientMessage.Parsed.Refused(var _, var why) -> {
        drop(why);
        lines.respond(requestId, null);
      }
      case ClientMessage.Parsed.Accepted(var message) -> client(requestId, message);
    }
  }

  private void client(String requestId, ClientMessage message) {
    switch (message) {
      case ClientMessage.ConnectCts(var dtls) -> connect(requestId, ctsConfig, dtls);
      case ClientMessage.ConnectStc(var dtls) -> connect(requestId, stcConfig, dtls);
      case ClientMessage.InitProducer wanted -> {
        if (isMeant(ctsConfig)) {
          producers.init(requestId, ctsTransportId, wanted);
          return;
        }
        drop("INIT_PRODUCER without transports");
        lines.respond(requestId, null);
      }
      case ClientMessage.Broadcast(var said) -> {
        channel.tell(new Channel.Broadcast(seat(), said));
        lines.respond(requestId, null);
      }
      case ClientMessage.ConsumptionChange change -> {
        consumers.wish(change);
        lines.respond(requestId, null);
      }
      case ClientMessage.ProductionChange change -> {
        producers.change(change);
        lines.respond(requestId, null);
      }
      case ClientMessage.InfoChange change -> {
        producers.change(change);
        lines.respond(requestId, null);
      }
    }
  }

  /**
   * Over a socket that another session had before, what the client says before it has answered is still said to that.
   */
  private boolean isMeant(TransportConfig transport) {
    return transport != null && (transportsAnswered || join.incarnation() == 0);
  }

  private void connect(String requestId, TransportConfig transport, DtlsParameters dtls) {
    if (!isMeant(transport)) {
      drop("CONNECT without transports");
      lines.respond(requestId, null);
      return;
    }
    lines.askWorker(
        replyTo -> new MediaCommand.ConnectTransport(transport.id(), dtls, replyTo),
        reply -> {
          lines.respond(requestId, null);
          if (reply instanceof MediaReply.Failed(var reason)) {
            failed("connecting a transport: " + reason);
          }
        });
  }

  private void happened(MediaEvent event) {
    switch (event) {
      case MediaEvent.TransportConnected(var transportId) ->
          LOG.debug("session {}: transport {} connected", join.id(), transportId);
      case MediaEvent.Speaking(var producerId, boolean speaking) -> producers.speaking(producerId, speaking);
      case MediaEvent.ConsumerLost(var consumerId) -> consumers.lost(consumerId);
      case MediaEvent.WorkerDraining _ -> move(GOING_AWAY, "media worker goes away", true);
      case MediaEvent.TransportClosed(var _, var reason) -> {
        // None of these codes stops a client for good: it comes back and gets new transports.
        String why = "transport closed: " + reason;
        switch (reason) {
          case CLOSED_BY_PEER -> end(CloseCode.CLEAN.code(), why);
          case CONSENT_EXPIRED -> end(CloseCode.TIMEOUT.code(), why);
          case DTLS_FAILED -> end(CloseCode.ERROR.code(), why);
          case WORKER_STOPPED, INTERNAL_ERROR -> move(CloseCode.ERROR.code(), why, false);
        }
      }
    }
  }

  private void pingLater() {
    lines.after(
        Key.PING,
        Timings.PING_INTERVAL,
        () -> {
          lines.request(
              new ServerMessage.Ping(),
              Timings.PING,
              _ -> LOG.trace("session {} is alive", join.id()),
              () -> end(CloseCode.TIMEOUT.code(), "ping unanswered"));
          pingLater();
        });
  }

  private void drop(String why) {
    dropped++;
    LOG.debug("session {}: dropped {}", join.id(), why);
  }

  private void failed(String what) {
    errors++;
    LOG.warn("session {} of channel {}: {} (error {})", join.id(), join.channel().uuid(), what, errors);
    if (errors > Timings.MAX_ERRORS) {
      end(CloseCode.ERROR.code(), "too many errors");
    }
  }

  private void end(int code, String reason) {
    if (ended) {
      return;
    }
    ended = true;
    LOG.debug("session {} ends with {}: {}; {} payloads dropped", join.id(), code, reason, dropped);
    join.gateway().tell(new Gateway.Close(code, reason));
    closeTransports();
    tellChannelOfEnd(new Channel.Leave(seat()));
  }

  /**
   * Ends here, so that the session goes on elsewhere: at once if the client can have that, else it reconnects after
   * being closed with {@code code}.
   */
  private void move(int code, String why, boolean mediaLives) {
    if (ended) {
      return;
    }
    ended = true;
    LOG.debug("session {} moves: {}", join.id(), why);
    join.gateway().tell(new Gateway.Moved(code, why));
    if (!mediaLives) {
      closeTransports();
    }
    tellChannelOfEnd(isMovable() ? new Channel.Moving(seat(), mediaLives) : new Channel.Leave(seat()));
  }

  /**
   * While a shard is handed over it passes nothing on, and its entities end one after the other: told by way of the
   * shard, a channel that is still there would only see that this session is gone, and tell those who are still there.
   */
  private void tellChannelOfEnd(Channel.Command end) {
    if (admittedBy != null) {
      admittedBy.tell(end);
    } else {
      channel.tell(end);
    }
  }

  private void closeTransports() {
    if (worker != null) {
      worker.tell(new MediaCommand.CloseTransport(ctsTransportId));
      worker.tell(new MediaCommand.CloseTransport(stcTransportId));
    }
  }

  private boolean isMovable() {
    return join.features().contains(Credentials.MOVE);
  }

  private Seat seat() {
    return new Seat(join.id(), connection);
  }
}
