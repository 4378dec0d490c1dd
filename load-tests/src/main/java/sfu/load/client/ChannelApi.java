package sfu.load.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import sfu.protocol.jwt.JwtSigner;
import sfu.protocol.signal.Json;
import sfu.protocol.signal.SessionId;

/**
 * The server's HTTP API as an Odoo server uses it. Thread-safe. A returned future fails with {@link SfuException} if
 * the answer isn't the documented one, and with the HTTP client's own exceptions if there is none within 3 s.
 */
public final class ChannelApi {

  /** What an Odoo server waits for an answer. */
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private static final long TOKEN_LIFE_SECONDS = 8 * 3600;

  private final HttpClient http;
  private final URI server;
  private final JwtSigner signer;

  /** {@code server} is the base address, as "http://127.0.0.1:8070"; {@code authKey} the decoded {@code AUTH_KEY}. */
  public ChannelApi(HttpClient http, URI server, byte[] authKey) {
    this.http = http;
    this.server = server;
    this.signer = new JwtSigner(authKey);
  }

  /** The channel of an issuer, made if it isn't there; without media if {@code webRtc} is false. */
  public CompletableFuture<Channel> channel(String issuer, boolean webRtc) {
    String token = signer.sign(Map.of("iss", issuer, "exp", expirySeconds()));
    HttpRequest request =
        request("/v1/channel" + (webRtc ? "" : "?webRTC=false")).header("Authorization", "Bearer " + token).build();
    return send(request).thenApply(body -> {
      JsonNode answer = Json.parse(body).orElseThrow(() -> new SfuException("/v1/channel answered no JSON: " + body));
      return new Channel(answer.path("uuid").asText(), URI.create(answer.path("url").asText()));
    });
  }

  /** Lets a participant into a channel that this issuer's key may open. */
  public Invitation invite(Channel channel, SessionId sessionId) {
    String token =
        signer.sign(
            Map.of(
                "sfu_channel_uuid", channel.uuid(),
                "session_id", sessionId.numeric() ? Long.parseLong(sessionId.text()) : sessionId.text(),
                "ice_servers", List.of(),
                "exp", expirySeconds()));
    return new Invitation(channel.url(), channel.uuid(), token);
  }

  /** Throws sessions out of a channel. */
  public CompletableFuture<Void> disconnect(Channel channel, List<SessionId> sessionIds) {
    String token =
        signer.sign(Map.of("sessionIdsByChannel", Map.of(channel.uuid(), wireIds(sessionIds)), "exp", expirySeconds()));
    return send(request("/v1/disconnect").POST(BodyPublishers.ofString(token)).build()).thenApply(_ -> null);
  }

  /** The array of channels' statistics. */
  public CompletableFuture<JsonNode> stats() {
    return send(request("/v1/stats").build())
        .thenApply(body -> Json.parse(body).orElseThrow(() -> new SfuException("/v1/stats answered no JSON: " + body)));
  }

  private static List<Object> wireIds(List<SessionId> sessionIds) {
    return sessionIds.stream().<Object>map(id -> id.numeric() ? (Object) Long.valueOf(id.text()) : id.text()).toList();
  }

  private static long expirySeconds() {
    return Instant.now().getEpochSecond() + TOKEN_LIFE_SECONDS;
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.resolve(path)).timeout(TIMEOUT);
  }

  private CompletableFuture<String> send(HttpRequest request) {
    return http.sendAsync(request, BodyHandlers.ofString()).thenApply(ChannelApi::bodyOf);
  }

  private static String bodyOf(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw new SfuException(response.uri().getPath() + " answered " + response.statusCode() + " " + response.body());
    }
    return response.body();
  }
}
