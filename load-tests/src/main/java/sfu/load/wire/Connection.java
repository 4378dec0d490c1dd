package sfu.load.wire;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import sfu.load.client.ClientLoop;
import sfu.load.client.Invitation;
import sfu.load.client.SessionListener;
import sfu.load.client.SfuClient;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.signal.ServerMessage.InitConsumer;
import sfu.protocol.signal.ServerMessage.InitTransports;
import sfu.protocol.signal.SessionId;

/**
 * One WebSocket of a participant: brings what the server says on the signalling's thread over to the participant's
 * loop.
 */
final class Connection implements SessionListener {

  /** What a participant hears of its connections, on its loop. */
  interface Owner {

    /** The server wants media set up, or set up anew. The answer is what can be received. */
    RtpCapabilities onInitTransports(Connection connection, InitTransports transports);

    void onInitConsumer(Connection connection, InitConsumer consumer);

    void onSessionLeft(Connection connection, SessionId sessionId);

    void onSessions(Connection connection, List<SessionId> sessionIds);

    void onMoveAsked(Connection connection);

    /** Once, and the last call. */
    void onEnd(Connection connection, int code, String reason);
  }

  private final Owner owner;
  private final WireLoop loop;
  private final CompletableFuture<SfuClient> joined;
  private volatile SfuClient client;

  /** Begins to connect. {@code clients}: whose thread turns the signalling. */
  Connection(Owner owner, Invitation invitation, WireLoop loop, ClientLoop clients) {
    this.owner = owner;
    this.loop = loop;
    this.joined = SfuClient.join(invitation, this, clients);
    joined.thenAccept(opened -> client = opened);
  }

  /** Null before the server accepted it. */
  SfuClient client() {
    return client;
  }

  /** Says goodbye with 1000; {@link Owner#onEnd} follows. */
  void close() {
    joined.thenAccept(SfuClient::close);
  }

  @Override
  public CompletableFuture<RtpCapabilities> initTransports(SfuClient from, InitTransports transports) {
    client = from;
    return loop.call(() -> owner.onInitTransports(this, transports));
  }

  @Override
  public CompletableFuture<Void> initConsumer(SfuClient from, InitConsumer consumer) {
    return loop.call(() -> {
      owner.onInitConsumer(this, consumer);
      return null;
    });
  }

  @Override
  public void sessionLeft(SessionId sessionId) {
    loop.execute(() -> owner.onSessionLeft(this, sessionId));
  }

  @Override
  public void moveAsked() {
    loop.execute(() -> owner.onMoveAsked(this));
  }

  @Override
  public void sessions(List<SessionId> sessionIds) {
    loop.execute(() -> owner.onSessions(this, sessionIds));
  }

  @Override
  public void closed(int code, String reason) {
    loop.execute(() -> owner.onEnd(this, code, reason));
  }
}
