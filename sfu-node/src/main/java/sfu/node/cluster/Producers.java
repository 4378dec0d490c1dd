package sfu.node.cluster;

import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaReply;
import sfu.protocol.ortc.Ortc;
import sfu.protocol.ortc.ProducerCheck;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.ClientMessage;
import sfu.protocol.signal.SessionInfo;

/** What a session sends and shows: at most one producer of each type, and its info. */
final class Producers {

  /** The result of INIT_PRODUCER. */
  record Created(String id) {}

  private static final class Producing {
    private final String id = UUID.randomUUID().toString();
    private boolean active = true;
    private boolean announced;
  }

  private static final Logger LOG = LoggerFactory.getLogger(Producers.class);

  private final Lines lines;
  private final Seat seat;
  private final RtpCapabilities router;
  private final boolean detectSpeaking;
  private final Consumer<Channel.Command> channel;
  private final Consumer<String> onError;
  private final String cname = UUID.randomUUID().toString().substring(0, 16);
  private final Map<StreamType, Producing> producing = new EnumMap<>(StreamType.class);
  private ActorRef<MediaCommand> worker;
  private SessionInfo info = SessionInfo.UNSET;

  Producers(
      Lines lines,
      Seat seat,
      RtpCapabilities router,
      boolean detectSpeaking,
      Consumer<Channel.Command> channel,
      Consumer<String> onError) {
    this.lines = lines;
    this.seat = seat;
    this.router = router;
    this.detectSpeaking = detectSpeaking;
    this.channel = channel;
    this.onError = onError;
  }

  /** Where streams are received from now on. */
  void worker(ActorRef<MediaCommand> receiving) {
    worker = receiving;
  }

  /** INIT_PRODUCER: checks, opens at the worker, answers with the id, offers to the channel. */
  void init(String requestId, String ctsTransportId, ClientMessage.InitProducer wanted) {
    switch (Ortc.validateProducer(wanted.type(), wanted.kind(), wanted.rtpParameters(), router)) {
      case ProducerCheck.Refused(var reason) -> {
        LOG.debug("session {}: {} refused: {}", seat.id(), wanted.type(), reason);
        lines.respond(requestId, null);
      }
      case ProducerCheck.Ok(var rtpParameters) -> open(requestId, ctsTransportId, wanted.type(), rtpParameters);
    }
  }

  private void open(String requestId, String ctsTransportId, StreamType type, RtpParameters rtpParameters) {
    Producing former = producing.get(type);
    if (former != null) {
      lines.tellWorker(new MediaCommand.CloseProducer(former.id));
    }
    Producing opening = new Producing();
    producing.put(type, opening);
    lines.askWorker(
        replyTo ->
            new MediaCommand.OpenProducer(
                ctsTransportId,
                opening.id,
                type,
                rtpParameters,
                false,
                detectSpeaking && type == StreamType.AUDIO,
                replyTo),
        reply -> opened(requestId, type, rtpParameters, opening, reply));
  }

  private void opened(
      String requestId, StreamType type, RtpParameters rtpParameters, Producing opening, MediaReply reply) {
    boolean current = producing.get(type) == opening;
    switch (reply) {
      case MediaReply.Done _ -> {
        lines.respond(requestId, new Created(opening.id));
        if (current) {
          opening.announced = true;
          show(type, opening.active);
          channel.accept(
              new Channel.Produce(
                  seat,
                  new Production(
                      opening.id,
                      seat.id(),
                      type,
                      opening.active,
                      Ortc.consumable(rtpParameters, type, router),
                      cname,
                      worker),
                  info));
        }
      }
      case MediaReply.Failed(var reason) -> failed(requestId, type, current, reason);
      case MediaReply.TransportOpened _,
              MediaReply.ChannelBitRates _,
              MediaReply.Load _,
              MediaReply.Statistics _ ->
          failed(requestId, type, current, "an answer to another question");
    }
  }

  private void failed(String requestId, StreamType type, boolean current, String reason) {
    lines.respond(requestId, null);
    if (current) {
      producing.remove(type);
      show(type, false);
      channel.accept(new Channel.Unproduce(seat, type, info));
    }
    onError.accept("producer of " + type + ": " + reason);
  }

  /** PRODUCTION_CHANGE. */
  void change(ClientMessage.ProductionChange change) {
    Producing current = producing.get(change.type());
    if (current == null) {
      return;
    }
    current.active = change.active();
    lines.tellWorker(new MediaCommand.PauseProducer(current.id, !change.active()));
    if (current.announced) {
      show(change.type(), change.active());
      channel.accept(new Channel.SetActive(seat, change.type(), change.active(), info));
    }
  }

  /** C_INFO_CHANGE. */
  void change(ClientMessage.InfoChange change) {
    info = info.merge(change.info());
    channel.accept(new Channel.ChangeInfo(seat, info, change.needRefresh()));
  }

  /** The worker heard the client begin or cease to talk. */
  void speaking(String producerId, boolean speaking) {
    Producing audio = producing.get(StreamType.AUDIO);
    if (audio != null && audio.id.equals(producerId)) {
      info = info.merge(SessionInfo.talking(speaking && audio.active));
      channel.accept(new Channel.ChangeInfo(seat, info, false));
    }
  }

  private void show(StreamType type, boolean on) {
    info =
        switch (type) {
          case AUDIO -> info;
          case CAMERA -> info.merge(SessionInfo.cameraOn(on));
          case SCREEN -> info.merge(SessionInfo.screenSharingOn(on));
        };
  }
}
