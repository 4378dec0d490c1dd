package sfu.node.media;

import org.apache.pekko.actor.typed.ActorRef;
import sfu.node.CborMessage;
import sfu.protocol.ortc.DtlsParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;

/**
 * What a media worker can be told. Ids are chosen by the sender and unique in the cluster (UUIDs); a command for
 * an id that is gone is ignored, or answered by {@link MediaReply.Failed} where an answer is asked for.
 */
public sealed interface MediaCommand extends CborMessage {

  /** The direction of a transport as a client sees it: CTS carries the client's producers, STC its consumers. */
  enum Direction {
    CTS,
    STC
  }

  /**
   * Opens a transport in a channel's router, which is made with its first transport and goes with its last. Answered
   * by {@link MediaReply.TransportOpened}; from then on {@code owner} gets the transport's {@link MediaEvent}s.
   */
  record OpenTransport(
      String channelId, String transportId, Direction direction, ActorRef<MediaEvent> owner, ActorRef<MediaReply> replyTo)
      implements MediaCommand {}

  /** Gives the client's DTLS side; the handshake may begin. Answered by {@link MediaReply.Done}. */
  record ConnectTransport(String transportId, DtlsParameters remote, ActorRef<MediaReply> replyTo)
      implements MediaCommand {}

  /** Closes a transport with all that is on it. */
  record CloseTransport(String transportId) implements MediaCommand {}

  /**
   * Starts to receive a stream on a CTS transport. {@code rtpParameters} as the client sent them, already checked
   * against the capabilities. {@code detectSpeaking}: report {@link MediaEvent.Speaking} from its audio levels.
   * Answered by {@link MediaReply.Done}.
   */
  record OpenProducer(
      String transportId,
      String producerId,
      StreamType type,
      RtpParameters rtpParameters,
      boolean paused,
      boolean detectSpeaking,
      ActorRef<MediaReply> replyTo)
      implements MediaCommand {}

  /** While paused, a producer's packets are received and counted but not forwarded. */
  record PauseProducer(String producerId, boolean paused) implements MediaCommand {}

  /** Ends a producer; its consumers end with it, without an event each. */
  record CloseProducer(String producerId) implements MediaCommand {}

  /**
   * Prepares to send a producer's stream on an STC transport of the same channel, with {@code rtpParameters} as the
   * viewer was or will be told. {@code origin} is the worker that receives the stream; null: this one. Nothing flows
   * while {@code paused}; unpausing asks the producer for a key frame. Answered by {@link MediaReply.Done}; if the
   * producer has to cross first, within 2.5 s. If its way here is lost later, the transport's owner gets
   * {@link MediaEvent.ConsumerLost}.
   */
  record OpenConsumer(
      String transportId,
      String consumerId,
      String producerId,
      ActorRef<MediaCommand> origin,
      RtpParameters rtpParameters,
      boolean paused,
      ActorRef<MediaReply> replyTo)
      implements MediaCommand {}

  /** Pauses or resumes a consumer. */
  record PauseConsumer(String consumerId, boolean paused) implements MediaCommand {}

  /** Ends a consumer. */
  record CloseConsumer(String consumerId) implements MediaCommand {}

  /** Closes all transports of a channel. */
  record CloseChannel(String channelId) implements MediaCommand {}

  /** Asks what a channel receives here; answered by {@link MediaReply.ChannelBitRates}, zeros for an unknown one. */
  record GetBitRates(String channelId, ActorRef<MediaReply> replyTo) implements MediaCommand {}

  /** Asks for the worker's load; answered by {@link MediaReply.Load}. */
  record GetLoad(ActorRef<MediaReply> replyTo) implements MediaCommand {}

  /** Asks what the worker has done since its start; answered by {@link MediaReply.Statistics}. */
  record GetStatistics(ActorRef<MediaReply> replyTo) implements MediaCommand {}

  /**
   * The worker will end soon: it leaves the Receptionist, so that nobody chooses it any more, and tells every owner of a
   * transport {@link MediaEvent.WorkerDraining}. What is on it goes on.
   */
  record Drain() implements MediaCommand {}

  /** Ends the worker: all transports close (DTLS close_notify), ports are released, the actor stops. */
  record Shutdown() implements MediaCommand {}

  /**
   * What media workers say to each other, so that a producer crosses from the one that receives it (near) to one that
   * has viewers of it (far). All of a pair goes over one link, which either may open. {@code from} is who says it.
   */
  sealed interface BetweenWorkers extends MediaCommand {
    ActorRef<MediaCommand> from();
  }

  /**
   * Offers a link; the answer is {@link LinkOpened}, or {@link CloseLink}. It takes the place of any that there is.
   * Of two offers that cross, the one whose id comes first in order stands, and the other is void.
   */
  record OpenLink(ActorRef<MediaCommand> from, LinkParameters offer) implements BetweenWorkers {}

  /** Accepts a link. */
  record LinkOpened(ActorRef<MediaCommand> from, LinkParameters answer) implements BetweenWorkers {}

  /** A link is ended, or was refused. */
  record CloseLink(ActorRef<MediaCommand> from, String linkId, String reason) implements BetweenWorkers {}

  /**
   * Asks near for a producer of a channel over a link; the answer is {@link RelayOpened} or {@link RelayRefused}. In place
   * of an earlier relay of it there; {@code relay} tells them apart, by a number that far has never used on the link.
   */
  record OpenRelay(ActorRef<MediaCommand> from, String linkId, long relay, String channelId, String producerId)
      implements BetweenWorkers {}

  /**
   * The producer can be had. {@code rtpParameters} as on the link: the client's, but for each encoding an SSRC of the
   * link's, lowest layer first, and RTX.
   */
  record RelayOpened(
      ActorRef<MediaCommand> from,
      String linkId,
      long relay,
      String producerId,
      StreamType type,
      RtpParameters rtpParameters,
      boolean paused)
      implements BetweenWorkers {}

  /** The producer can't be had; {@code reason} is for the log. */
  record RelayRefused(ActorRef<MediaCommand> from, String linkId, long relay, String producerId, String reason)
      implements BetweenWorkers {}

  /** Far has no use for a relay any more. */
  record CloseRelay(ActorRef<MediaCommand> from, String linkId, long relay, String producerId)
      implements BetweenWorkers {}
}
