package sfu.load.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.signal.ServerMessage.InitConsumer;
import sfu.protocol.signal.ServerMessage.InitTransports;
import sfu.protocol.signal.SessionId;
import sfu.protocol.signal.SessionInfo;

/** What a session's owner, a media engine above all, hears of it. Called on the {@link ClientLoop}'s thread. */
public interface SessionListener {

  /**
   * The server's side of both transports. The result, what this side can receive with the server's numbers, goes out as
   * the answer; the server waits 5 s for it. A failed one closes the session.
   */
  CompletableFuture<RtpCapabilities> initTransports(SfuClient client, InitTransports transports);

  /** A stream that will flow once the result is complete. A failed one closes the session. */
  CompletableFuture<Void> initConsumer(SfuClient client, InitConsumer consumer);

  /** Something that another session said to all. */
  default void broadcast(SessionId senderId, JsonNode message) {}

  /** Another session left; its consumers are gone. */
  default void sessionLeft(SessionId sessionId) {}

  /** The whole info of other sessions, by the text of their ids. */
  default void infoChanged(Map<String, SessionInfo> infos) {}

  /** The connection ended, by whichever side: a WebSocket close code, 1006 if it broke. Nothing follows. */
  void closed(int code, String reason);
}
