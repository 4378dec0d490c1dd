package sfu.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import sfu.node.config.Config;
import sfu.protocol.jwt.JwtSigner;
import sfu.protocol.signal.Json;

/** A whole node with real workers on loopback, for the tests of one class; and what an Odoo server would ask of it. */
public final class TestNode implements BeforeAllCallback, AfterAllCallback {

  public static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes();

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Map<String, String> environment = new HashMap<>();
  private Path demo;
  private Node node;
  private int port;

  /** {@code environment} in pairs of name and value, beyond what a node on loopback needs. */
  public TestNode(String... environment) {
    for (int i = 0; i < environment.length; i += 2) {
      this.environment.put(environment[i], environment[i + 1]);
    }
  }

  /** In demo mode, with the call page from this folder. */
  TestNode withDemo(Path folder) {
    demo = folder;
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    port = freePort();
    environment.putIfAbsent("PUBLIC_IP", "127.0.0.1");
    environment.put("AUTH_KEY", Base64.getEncoder().encodeToString(KEY));
    environment.put("HTTP_INTERFACE", "127.0.0.1");
    environment.put("RTC_INTERFACE", "127.0.0.1");
    environment.put("PORT", String.valueOf(port));
    environment.putIfAbsent("NUM_WORKERS", "1");
    Config config = Config.from(environment, InetAddress::getByName);
    node =
        Node.start(config, List.of(), Optional.ofNullable(demo), new MediaWorkers(config))
            .toCompletableFuture()
            .get(90, TimeUnit.SECONDS);
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    node.stop().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  /** Not one that the system would choose: it could be an outgoing connection's by the time a node wants it. */
  static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException taken) {
        // Another one, then.
      }
    }
  }

  public Node node() {
    return node;
  }

  public int port() {
    return port;
  }

  /** A request with headers in pairs; {@code body} may be null. */
  public HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(5))
            .method(
                method,
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  public static JsonNode json(HttpResponse<String> response) {
    return Json.parse(response.body()).orElseThrow();
  }

  public static String jwt(Map<String, ?> claims) {
    return jwt(claims, KEY);
  }

  public static String jwt(Map<String, ?> claims, byte[] key) {
    Map<String, Object> all = new LinkedHashMap<>(claims);
    all.putIfAbsent("exp", Instant.now().getEpochSecond() + 60);
    return new JwtSigner(key).sign(all);
  }

  /** Creates a channel and gives its UUID; {@code query} may be "". */
  public String channel(String issuer, String query) throws Exception {
    return json(send("GET", "/v1/channel" + query, null, "Authorization", "Bearer " + jwt(Map.of("iss", issuer))))
        .get("uuid")
        .textValue();
  }

  /** Kicks sessions out of a channel. */
  public HttpResponse<String> disconnect(String uuid, Object... sessions) throws Exception {
    return send("POST", "/v1/disconnect", jwt(Map.of("sessionIdsByChannel", Map.of(uuid, sessions))));
  }

  /** The stats entry of a channel. */
  public JsonNode stats(String uuid) throws Exception {
    for (JsonNode entry : json(send("GET", "/v1/stats", null))) {
      if (entry.get("uuid").textValue().equals(uuid)) {
        return entry;
      }
    }
    throw new AssertionError("no stats of " + uuid);
  }

  /** Opens a WebSocket, without credentials yet. */
  public TestClient open() {
    return open("/");
  }

  public TestClient open(String path) {
    return TestClient.open(HTTP, URI.create("ws://127.0.0.1:" + port + path));
  }

  /** Opens a WebSocket and sends credentials as today's clients do. */
  public TestClient join(String uuid, Object sessionId, String... features) {
    TestClient client = open();
    client.send(
        Json.write(
            Map.of(
                "channelUUID", uuid,
                "jwt", jwt(Map.of("sfu_channel_uuid", uuid, "session_id", sessionId)),
                "features", features)));
    return client;
  }

  /** A participant that answered INIT_TRANSPORTS and answers what else it is asked. */
  public TestClient participant(String uuid, Object sessionId, String... features) {
    TestClient client = join(uuid, sessionId, features);
    client.welcome();
    client.initTransports();
    return client;
  }

  /** Waits until something is so, some seconds at most. */
  public void await(Callable<Boolean> so) throws Exception {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!so.call()) {
      if (System.nanoTime() - deadlineNanos > 0) {
        throw new AssertionError("not within 20 s");
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
