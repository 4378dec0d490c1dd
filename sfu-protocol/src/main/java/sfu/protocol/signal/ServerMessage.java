package sfu.protocol.signal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.ortc.TransportConfig;

/** What the server says over the bus. The record is the payload, unless {@link #payload()} says otherwise. */
public sealed interface ServerMessage {

  /** The name on the wire. */
  String wireName();

  /** What goes out as payload; null for none. */
  default Object payload() {
    return this;
  }

  /** A message that must be answered: goes out by {@link Bus#request(Request, long, long)}. */
  sealed interface Request extends ServerMessage {}

  /** A message without an answer: goes out by {@link Bus#send(Notice, long)}. */
  sealed interface Notice extends ServerMessage {}

  /** Everything a client needs to open its two transports; it answers with its RTP capabilities. */
  record InitTransports(
      RtpCapabilities capabilities,
      TransportConfig stcConfig,
      TransportConfig ctsConfig,
      Map<MediaKind, ProducerOptions> producerOptionsByKind)
      implements Request {
    @Override
    public String wireName() {
      return "INIT_TRANSPORTS";
    }
  }

  /** Announces a stream of another session; media flows once this is answered. {@code active}: it isn't paused. */
  @JsonPropertyOrder({"id", "kind", "producerId", "rtpParameters", "sessionId", "active", "type"})
  record InitConsumer(
      String id,
      MediaKind kind,
      String producerId,
      RtpParameters rtpParameters,
      SessionId sessionId,
      StreamType type,
      boolean active)
      implements Request {
    @Override
    public String wireName() {
      return "INIT_CONSUMER";
    }
  }

  /** Asks whether the client is still there. */
  record Ping() implements Request {
    @Override
    public String wireName() {
      return "PING";
    }

    @Override
    public Object payload() {
      return null;
    }
  }

  /** What another session broadcast; a {@code message} that is null was none at all, a JSON null is a node. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Broadcast(SessionId senderId, JsonNode message) implements Notice {
    @Override
    public String wireName() {
      return "BROADCAST";
    }
  }

  /** Another session left. */
  record SessionLeave(SessionId sessionId) implements Notice {
    @Override
    public String wireName() {
      return "SESSION_LEAVE";
    }
  }

  /** The whole info of other sessions, by the text of their ids. */
  record InfoChange(Map<String, SessionInfo> infos) implements Notice {
    @Override
    public String wireName() {
      return "S_INFO_CHANGE";
    }

    @Override
    public Object payload() {
      return infos;
    }
  }

  /**
   * This connection ends soon: the client is to open another one with the same credentials and {@code resumes}, keep what
   * it has until media flows on the new one, and then close this one. Only for clients with {@link Credentials#MOVE}.
   */
  record Move() implements Notice {
    @Override
    public String wireName() {
      return "MOVE";
    }

    @Override
    public Object payload() {
      return null;
    }
  }

  /**
   * All other sessions of the channel, some time after this one moved: who isn't named was lost on the way. Only for
   * clients with {@link Credentials#MOVE}.
   */
  record Sessions(List<SessionId> sessionIds) implements Notice {
    @Override
    public String wireName() {
      return "SESSIONS";
    }
  }
}
