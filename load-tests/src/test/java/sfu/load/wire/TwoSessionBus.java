package sfu.load.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import sfu.load.client.Invitation;
import sfu.load.client.ScriptedServer;
import sfu.protocol.signal.Json;

/**
 * A gateway between one client and a server, which moves the client: lays a second session of the server's under the
 * open socket, as a cluster does whose node is lost, while the first session's media flows on.
 */
final class TwoSessionBus implements AutoCloseable {

  private static final String FIRST_IDS = "s_";
  private static final String SECOND_IDS = "moved_";

  private final ScriptedServer downstream = new ScriptedServer();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Invitation first;
  private final Invitation second;
  private volatile WebSocket firstSession;
  private volatile WebSocket secondSession;

  /** {@code first} is the client's; {@code second} another session in the same channel. */
  TwoSessionBus(Invitation first, Invitation second) throws IOException {
    this.first = first;
    this.second = second;
    Thread.ofVirtual().start(this::carry);
  }

  /** What the client is to be invited with. */
  Invitation invitation() {
    return first.at(downstream.invitation().url());
  }

  /** From now on the client talks with the second session. */
  void move() {
    secondSession = open(second, SECOND_IDS, false);
  }

  private WebSocket open(Invitation invitation, String ids, boolean saysAuthenticated) {
    WebSocket socket =
        http.newWebSocketBuilder()
            .buildAsync(wsOf(invitation.url()), new Upstream(ids, saysAuthenticated))
            .join();
    String credentials = Json.write(Map.of("channelUUID", invitation.channelUuid(), "jwt", invitation.jwt()));
    return socket.sendText(credentials, true).join();
  }

  private static URI wsOf(URI url) {
    return URI.create(url.toString().replaceFirst("^http", "ws"));
  }

  private void carry() {
    try {
      downstream.accept();
      downstream.hear();
      firstSession = open(first, FIRST_IDS, true);
      while (true) {
        up(downstream.hear());
      }
    } catch (Exception end) {
      // The client closed its socket, or the test is over.
    }
  }

  private synchronized void up(String frame) {
    for (JsonNode payload : Json.parse(frame).orElseThrow()) {
      String answered = payload.path("responseTo").asText();
      boolean toSecond = answered.isEmpty() ? secondSession != null : answered.startsWith(SECOND_IDS);
      if (answered.startsWith(SECOND_IDS)) {
        ((ObjectNode) payload).put("responseTo", answered.replace(SECOND_IDS, FIRST_IDS));
      }
      (toSecond ? secondSession : firstSession).sendText(Json.write(List.of(payload)), true).join();
    }
  }

  private synchronized void down(String frame) {
    try {
      downstream.say(frame);
    } catch (IOException gone) {
      // As above.
    }
  }

  private final class Upstream implements WebSocket.Listener {
    private final String ids;
    private final StringBuilder partial = new StringBuilder();
    private boolean mute;

    Upstream(String ids, boolean saysAuthenticated) {
      this.ids = ids;
      this.mute = !saysAuthenticated;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      partial.append(data);
      if (last) {
        String frame = partial.toString().replace("\"needResponse\":\"" + FIRST_IDS, "\"needResponse\":\"" + ids);
        partial.setLength(0);
        if (mute) {
          // The client has been told already that it is authenticated.
          mute = false;
        } else {
          down(frame);
        }
      }
      socket.request(1);
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    downstream.close();
    http.shutdownNow();
  }
}
