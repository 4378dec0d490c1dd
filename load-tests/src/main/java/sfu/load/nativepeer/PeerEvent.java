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

  /**
   * A stream of another session is set up; its frames are counted in {@link Progress}.
   *
   * @param sections that the description of what is received has by now; 0 from a browser, which doesn't tell
   */
  record Receiving(SessionId sessionId, StreamType type, String consumerId, int sections) implements PeerEvent {}

  /** Another session left. */
  record SessionLeft(SessionId sessionId) implements PeerEvent {}

  /**
   * How things stand; comes twice a second.
   *
   * @param firstMediaNanos from the command to join to the first decoded frame or sample of anybody, 0 before
   * @param stallNanos how late the thread that makes the media ran at most since the report before
   */
  record Progress(
      List<Received> received, Transport send, Transport receive, long firstMediaNanos, long stallNanos)
      implements PeerEvent {

    /** The stream of that type from that session. */
    public Optional<Received> of(SessionId sessionId, StreamType type) {
      return received.stream().filter(r -> r.sessionId().equals(sessionId) && r.type() == type).findFirst();
    }
  }

  /** Something went wrong; the peer goes on as far as it can. */
  record Failed(String what) implements PeerEvent {}

  /** The session ended, with a WebSocket close code; nothing follows from this peer. */
  record Closed(int code, String reason) implements PeerEvent {}

  /**
   * What was decoded of a stream so far.
   *
   * @param frames video frames, 0 for audio
   * @param width of the newest frame in pixels, like {@code height}
   * @param samples audio samples per channel, 0 for video
   * @param audioLevel root mean square of the audio since the report before; 1 is full scale
   * @param consumerId another one than before if the stream was set up anew, and all counts began again
   * @param firstNanos from the consumer's announcement to its first frame, or to its first sample that isn't silence; 0
   *     before
   * @param longestGapNanos longest time without a decoded frame since the first, 0 for audio
   * @param inbound what libwebrtc's statistics say
   */
  record Received(
      SessionId sessionId,
      StreamType type,
      long frames,
      int width,
      int height,
      long samples,
      double audioLevel,
      String consumerId,
      long firstNanos,
      long longestGapNanos,
      Inbound inbound) {

    public Received {
      inbound = inbound == null ? Inbound.NONE : inbound;
    }
  }

  /**
   * A stream that is received, as libwebrtc's statistics have it ("inbound-rtp" of W3C webrtc-stats).
   *
   * @param packets RTP packets, retransmitted ones included
   * @param bytes of those with their headers
   * @param lost packets that didn't come by themselves
   * @param retransmitted packets that came a second time, or for the first time when asked for
   * @param jitterNanos inter-arrival jitter (RFC 3550, 6.4.1)
   * @param silenceNanos since the newest packet, -1 before the first
   * @param nacks sent for it, like {@code plis}
   * @param frames video frames decoded, {@code keyFrames} among them
   * @param framesDropped video frames that came and weren't shown
   * @param freezes as libwebrtc counts them
   * @param frozenNanos for how long, all together
   * @param samples audio samples that were played, {@code concealed} among them were invented
   * @param silentConcealed of those, silence or noise
   */
  record Inbound(
      long packets,
      long bytes,
      long lost,
      long retransmitted,
      long jitterNanos,
      long silenceNanos,
      long nacks,
      long plis,
      long frames,
      long keyFrames,
      long framesDropped,
      long freezes,
      long frozenNanos,
      long samples,
      long concealed,
      long silentConcealed) {

    static final Inbound NONE = new Inbound(0, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  /**
   * A transport as libwebrtc's statistics have it.
   *
   * @param state of DTLS, as "connected"; "new" before there is any
   * @param protocol of the candidate in use, "udp" or "tcp"; "" before there is one
   * @param dtlsRole "client", "server" or "unknown"
   * @param layers what video goes out on it
   * @param packets RTP packets sent, all streams and retransmissions
   * @param bytes of those with their headers
   */
  record Transport(
      String state, String protocol, String dtlsRole, List<Layer> layers, long packets, long bytes) {

    static final Transport NONE = new Transport("new", "", "unknown", List.of(), 0, 0);
  }

  /**
   * A video stream that is sent, or one of its simulcast layers.
   *
   * @param rid of the layer, "" for a stream without layers
   * @param frames encoded so far
   * @param width of the newest frame in pixels, like {@code height}; 0 before the first
   * @param limitation what keeps the encoder from more: "none", "cpu", "bandwidth" or "other"
   * @param bytes sent with their headers
   * @param keyFrames encoded so far
   * @param nacks received for it, like {@code plis}
   */
  record Layer(
      String rid,
      long frames,
      int width,
      int height,
      String limitation,
      long bytes,
      long keyFrames,
      long nacks,
      long plis) {}
}
