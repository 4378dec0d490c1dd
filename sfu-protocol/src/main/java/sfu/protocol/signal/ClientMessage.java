package sfu.protocol.signal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import sfu.protocol.ortc.DtlsParameters;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;

/** What a client says over the bus, requests and messages alike. */
public sealed interface ClientMessage {

  /** The client's DTLS side of the transport it sends on. */
  record ConnectCts(DtlsParameters dtlsParameters) implements ClientMessage {}

  /** The client's DTLS side of the transport it receives on. */
  record ConnectStc(DtlsParameters dtlsParameters) implements ClientMessage {}

  /** A stream that the client begins to send; still to be checked by {@link sfu.protocol.ortc.Ortc}. */
  record InitProducer(StreamType type, MediaKind kind, RtpParameters rtpParameters) implements ClientMessage {}

  /** For all others in the channel; null if there was no payload, a node (maybe a JSON null) otherwise. */
  record Broadcast(JsonNode message) implements ClientMessage {}

  /** Which streams of a session the client wants; null means as before. */
  record ConsumptionChange(SessionId sessionId, Boolean audio, Boolean camera, Boolean screen)
      implements ClientMessage {}

  /** Pauses or resumes a stream that the client sends. */
  record ProductionChange(StreamType type, boolean active) implements ClientMessage {}

  /** A change of the client's own info; {@code needRefresh}: it wants that of all others. */
  record InfoChange(SessionInfo info, boolean needRefresh) implements ClientMessage {}

  /** What became of a payload. */
  sealed interface Parsed {

    /** It is a message of this protocol. */
    record Accepted(ClientMessage message) implements Parsed {}

    /** It is to be dropped and counted; {@code why} is for the log and quotes nothing of the client's. */
    record Refused(Refusal refusal, String why) implements Parsed {}
  }

  /** The kinds of refusal, for counting. */
  enum Refusal {
    UNKNOWN_NAME,
    BAD_PAYLOAD
  }

  /** Reads a payload of the given name; {@code payload} may be null. Never throws. */
  static Parsed parse(String name, JsonNode payload) {
    return ClientMessageParser.parse(name, payload);
  }

  /** Reads the answer to INIT_TRANSPORTS; empty if it is null or something else. Never throws. */
  static Optional<RtpCapabilities> parseCapabilities(JsonNode result) {
    return ClientMessageParser.capabilities(result);
  }
}
