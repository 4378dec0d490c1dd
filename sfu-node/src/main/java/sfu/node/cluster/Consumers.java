package sfu.node.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaReply;
import sfu.protocol.ortc.Ortc;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.ClientMessage;
import sfu.protocol.signal.ServerMessage;
import sfu.protocol.signal.SessionId;

/**
 * What a session receives: of each stream that another offers, one consumer, set up at the worker, announced to the
 * client, flowing once the client has answered, and set up again when that fails.
 */
final class Consumers {

  /** Where a stream comes from; there is never more than one consumer of it. */
  private record Slot(SessionId owner, StreamType type) {}

  /** {@code origin}: the worker that receives the stream; null if it is the one that sends it on. */
  private static final class Viewing {
    private final String id = UUID.randomUUID().toString();
    private final String producerId;
    private final ActorRef<MediaCommand> origin;
    private final RtpParameters rtpParameters;
    private boolean flowing;

    private Viewing(String producerId, ActorRef<MediaCommand> origin, RtpParameters rtpParameters) {
      this.producerId = producerId;
      this.origin = origin;
      this.rtpParameters = rtpParameters;
    }
  }

  /** The stream of before, which flows on until the one in its place does. */
  private record Fading(Slot slot) {}

  /** Time for the new stream's first key frame to arrive and to be shown. */
  private static final Duration OVERLAP = Duration.ofSeconds(2);

  /** Wishes come from the client, for sessions that needn't exist. */
  private static final int MAX_WISHES = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(Consumers.class);

  private final Lines lines;
  private final RandomGenerator random;
  private final boolean overlapping;
  private final Consumer<String> onError;
  private final Map<Slot, Production> productions = new HashMap<>();
  private final Map<Slot, Viewing> viewings = new HashMap<>();
  private final Map<Slot, Viewing> fading = new HashMap<>();
  private final Map<Slot, Boolean> wishes = new HashMap<>();
  private ActorRef<MediaCommand> worker;
  private String transportId;
  private RtpCapabilities viewer;
  private int nextMid;

  /**
   * {@code overlapping}: the client shows the former stream of a slot until the new one has begun; {@code onError}
   * hears of each consumer that failed though its stream is there.
   */
  Consumers(Lines lines, RandomGenerator random, boolean overlapping, Consumer<String> onError) {
    this.lines = lines;
    this.random = random;
    this.overlapping = overlapping;
    this.onError = onError;
  }

  /** Which worker sends to the client. */
  void worker(ActorRef<MediaCommand> sending) {
    worker = sending;
  }

  /** From now on streams can be received, on this transport, with these capabilities. */
  void start(String stcTransportId, RtpCapabilities capabilities) {
    transportId = stcTransportId;
    viewer = capabilities;
    productions.keySet().forEach(this::open);
  }

  /** A stream is offered, in place of the former one of its owner and type, or has changed its activity. */
  void produced(Production production) {
    Slot slot = new Slot(production.owner(), production.type());
    productions.put(slot, production);
    Viewing viewing = viewings.get(slot);
    if (viewing != null && !viewing.producerId.equals(production.producerId())) {
      fade(slot);
      viewing = null;
    }
    if (viewing == null) {
      lines.cancel(slot);
      open(slot);
    }
  }

  void unproduced(SessionId owner, StreamType type) {
    Slot slot = new Slot(owner, type);
    lines.cancel(slot);
    productions.remove(slot);
    drop(slot);
  }

  void peerLeft(SessionId owner) {
    for (StreamType type : StreamType.values()) {
      unproduced(owner, type);
      wishes.remove(new Slot(owner, type));
    }
  }

  /** The client wants, or no longer wants, what it receives from a session. */
  void wish(ClientMessage.ConsumptionChange change) {
    wish(new Slot(change.sessionId(), StreamType.AUDIO), change.audio());
    wish(new Slot(change.sessionId(), StreamType.CAMERA), change.camera());
    wish(new Slot(change.sessionId(), StreamType.SCREEN), change.screen());
  }

  private void wish(Slot slot, Boolean wanted) {
    if (wanted == null || wishes.size() >= MAX_WISHES && !wishes.containsKey(slot)) {
      return;
    }
    wishes.put(slot, wanted);
    Viewing viewing = viewings.get(slot);
    if (viewing != null && viewing.flowing) {
      lines.tellWorker(new MediaCommand.PauseConsumer(viewing.id, !wanted));
    }
  }

  private void open(Slot slot) {
    Production production = productions.get(slot);
    if (viewer == null || production == null || viewings.containsKey(slot)) {
      return;
    }
    Optional<RtpParameters> rtpParameters =
        Ortc.consumerParameters(
            production.consumable(),
            viewer,
            Integer.toString(nextMid),
            nextSsrc(),
            nextSsrc(),
            production.cname());
    if (rtpParameters.isEmpty()) {
      LOG.debug("no codec in common for the {} of session {}", slot.type(), slot.owner());
      return;
    }
    nextMid++;
    ActorRef<MediaCommand> origin = production.worker();
    boolean isHere = origin == null || origin.equals(worker);
    Viewing viewing = new Viewing(production.producerId(), isHere ? null : origin, rtpParameters.get());
    viewings.put(slot, viewing);
    lines.askWorker(
        replyTo ->
            new MediaCommand.OpenConsumer(
                transportId, viewing.id, viewing.producerId, viewing.origin, viewing.rtpParameters, true, replyTo),
        reply -> {
          if (viewings.get(slot) == viewing) {
            switch (reply) {
              case MediaReply.Done _ -> offer(slot, viewing);
              case MediaReply.Failed(var reason) -> failed(slot, reason);
              case MediaReply.TransportOpened _,
                      MediaReply.ChannelBitRates _,
                      MediaReply.Load _,
                      MediaReply.Statistics _ ->
                  failed(slot, "an answer to another question");
            }
          }
        });
  }

  private void offer(Slot slot, Viewing viewing) {
    lines.request(
        new ServerMessage.InitConsumer(
            viewing.id,
            slot.type().kind(),
            viewing.producerId,
            viewing.rtpParameters,
            slot.owner(),
            slot.type(),
            productions.get(slot).active()),
        Timings.REQUEST,
        _ -> {
          if (viewings.get(slot) == viewing) {
            viewing.flowing = true;
            if (overlapping) {
              lines.after(new Fading(slot), OVERLAP, () -> closeFading(slot));
            } else {
              closeFading(slot);
            }
            if (wishes.getOrDefault(slot, true)) {
              lines.tellWorker(new MediaCommand.PauseConsumer(viewing.id, false));
            }
          }
        },
        () -> {
          if (viewings.get(slot) == viewing) {
            failed(slot, "the client didn't answer");
          }
        });
  }

  private void failed(Slot slot, String reason) {
    Viewing viewing = viewings.remove(slot);
    close(viewing);
    lines.after(slot, Timings.CONSUMER_RECOVERY, () -> open(slot));
    String what = "consumer of the " + slot.type() + " of session " + slot.owner() + ": " + reason;
    if (viewing != null && viewing.origin != null) {
      // Between the workers; nothing that this client could help.
      LOG.warn("{}", what);
    } else {
      onError.accept(what);
    }
  }

  /**
   * The worker lost a consumer, on the stream's way from another worker; if that is still offered, it is set up again.
   */
  void lost(String consumerId) {
    fading.values().removeIf(former -> former.id.equals(consumerId));
    for (Map.Entry<Slot, Viewing> entry : viewings.entrySet()) {
      if (entry.getValue().id.equals(consumerId)) {
        Slot slot = entry.getKey();
        viewings.remove(slot);
        lines.after(slot, Timings.RELAY_RECOVERY, () -> open(slot));
        return;
      }
    }
  }

  private void drop(Slot slot) {
    close(viewings.remove(slot));
    closeFading(slot);
  }

  private void fade(Slot slot) {
    Viewing former = viewings.remove(slot);
    if (former.flowing) {
      closeFading(slot);
      fading.put(slot, former);
    } else {
      close(former);
    }
  }

  private void closeFading(Slot slot) {
    lines.cancel(new Fading(slot));
    close(fading.remove(slot));
  }

  private void close(Viewing viewing) {
    if (viewing != null) {
      lines.tellWorker(new MediaCommand.CloseConsumer(viewing.id));
    }
  }

  /** An SSRC (RFC 3550, 8.1), random so that it is unique in its transport, and not 0. */
  private long nextSsrc() {
    return random.nextLong(1, 1L << 32);
  }
}
