package sfu.load.nativepeer;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Optional;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/** What a native peer reports. One JSON object a line. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(value = PeerEvent.Joined.class, name = "joined"),
  @JsonSubTypes.Type(value = PeerEvent.Sending.class, name = "sending"),
  @JsonSubTypes.Type(value = PeerEvent.Receiving.class, name = "receiving"),
  @JsonSubTypes.Type(value = PeerEvent.SessionLeft.class, name = "sessionLeft"),
  @JsonSubTypes.Type(value = PeerEvent.Progress.class, name = "progress"),
  @JsonSubTypes.Type(value = PeerEvent.Failed.class, name = "failed"),
  @JsonSubTypes.Type(value = PeerEvent.Closed.class, name = "closed")
})
public sealed interface PeerEvent {

  /** The server accepted the token. */
  record Joined() implements PeerEvent {}

  /** The server took a stream. */
  record Sending(StreamType type, String producerId) implements PeerEvent {}

  /** A stream of another session is set up; its frames are counted in {@link Progress}. */
  record Receiving(SessionId sessionId, StreamType type, String consumerId) implements PeerEvent {}

  /** Another session left. */
  record SessionLeft(SessionId sessionId) implements PeerEvent {}

  /** How things stand; comes twice a second. */
  record Progress(List<Received> received, Transport send, Transport receive) implements PeerEvent {

    /** The stream of that type from that session. */
    public Optional<Received> of(SessionId sessionId, StreamType type) {
      return received.stream().filter(r -> r.sessionId().equals(sessionId) && r.type() == type).findFirst();
    }
  }

  /** Something went wrong; the peer goes on as far as it can. */
  record Failed(String what) implements PeerEvent {}

  /** The session ended, with a WebSocket close code; the process ends too. */
  record Closed(int code, String reason) implements PeerEvent {}

  /**
   * What was decoded of a stream so far.
   *
   * @param frames video frames, 0 for audio
   * @param width of the newest frame in pixels, like {@code height}
   * @param samples audio samples per channel, 0 for video
   * @param audioLevel root mean square of the audio since the report before; 1 is full scale
   */
  record Received(
      SessionId sessionId, StreamType type, long frames, int width, int height, long samples, double audioLevel) {}

  /**
   * A transport as libwebrtc's statistics have it.
   *
   * @param state of DTLS, as "connected"; "new" before there is any
   * @param protocol of the candidate in use, "udp" or "tcp"; "" before there is one
   * @param dtlsRole "client", "server" or "unknown"
   * @param layers what goes out on it
   */
  record Transport(String state, String protocol, String dtlsRole, List<Layer> layers) {

    static final Transport NONE = new Transport("new", "", "unknown", List.of());
  }

  /**
   * A video stream that is sent, or one of its simulcast layers.
   *
   * @param rid of the layer, "" for a stream without layers
   * @param frames encoded so far
   * @param width of the newest frame in pixels, like {@code height}; 0 before the first
   * @param limitation what keeps the encoder from more: "none", "cpu", "bandwidth" or "other"
   */
  record Layer(String rid, long frames, int width, int height, String limitation) {}
}
