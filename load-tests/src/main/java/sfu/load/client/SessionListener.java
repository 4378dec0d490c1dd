package sfu.load.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
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
   * the answer; the server waits 5 s for it. A failed one closes the session. A client that said it can move may hear
   * this again: its media is to be set up anew, and the old flows on for some seconds.
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

  /** This connection ends soon: another one is to take over. Only for clients that said they can move. */
  default void moveAsked() {}

  /** All other sessions of the channel, after a move: who isn't named was lost. */
  default void sessions(List<SessionId> sessionIds) {}

  /** The connection ended, by whichever side: a WebSocket close code, 1006 if it broke. Nothing follows. */
  void closed(int code, String reason);
}
