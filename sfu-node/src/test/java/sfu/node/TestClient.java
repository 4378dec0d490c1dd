package sfu.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import sfu.protocol.signal.Json;

/** A client of the protocol, scripted by a test: frames in and out, and the bus on top. Waits at most some seconds. */
public final class TestClient implements WebSocket.Listener {

  private static final long PATIENCE_MILLIS = 15_000;

  private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final StringBuilder partial = new StringBuilder();
  private final List<JsonNode> payloads = new ArrayList<>();
  private WebSocket socket;
  private int requests;

  static TestClient open(HttpClient http, URI uri) {
    TestClient client = new TestClient();
    client.socket = http.newWebSocketBuilder().buildAsync(uri, client).join();
    return client;
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    partial.append(data);
    if (last) {
      frames.add(partial.toString());
      partial.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.complete(1006);
  }

  public TestClient send(String frame) {
    socket.sendText(frame, true).join();
    return this;
  }

  public void sendBinary(byte[] data) {
    socket.sendBinary(java.nio.ByteBuffer.wrap(data), true).join();
  }

  public void close(int code) {
    socket.sendClose(code, "").join();
  }

  /** Cuts the connection without a word. */
  public void abort() {
    socket.abort();
  }

  /** The code that the server closed with. */
  public int closeCode() throws Exception {
    return closed.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  public boolean isOpen() {
    return !closed.isDone();
  }

  /** The next frame as it came. */
  public String frame() {
    try {
      String frame = frames.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      assertThat(frame).as("a frame (closed: %s)", closed.getNow(null)).isNotNull();
      return frame;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The empty frame that says: authenticated. */
  public TestClient welcome() {
    assertThat(frame()).isEmpty();
    return this;
  }

  /** Answers INIT_TRANSPORTS with the server's own capabilities; gives its payload. */
  public JsonNode initTransports() {
    JsonNode request = expect("INIT_TRANSPORTS");
    JsonNode payload = request.get("message").get("payload");
    answer(request, payload.get("capabilities"));
    return payload;
  }

  /** The next payload with this message name; others before it stay for later. */
  public JsonNode expect(String name) {
    return expect(payload -> name.equals(payload.path("message").path("name").asText(null)), name);
  }

  /** The next INIT_CONSUMER, answered; gives its payload. */
  public JsonNode consumer() {
    JsonNode request = expect("INIT_CONSUMER");
    answer(request, null);
    return request.get("message").get("payload");
  }

  /** Everything that came and wasn't expected yet, up to a request of ours that is answered after it. */
  public List<JsonNode> rest() {
    request("SYNCHRONISE", null);
    List<JsonNode> rest = List.copyOf(payloads);
    payloads.clear();
    return rest;
  }

  /** Asks; gives the whole answer. */
  public JsonNode request(String name, Object payload) {
    String id = "c_0_" + requests++;
    send(Json.write(List.of(message(name, payload).put("needResponse", id))));
    return expect(answer -> id.equals(answer.path("responseTo").asText(null)), "the answer to " + name);
  }

  public TestClient say(String name, Object payload) {
    return send(Json.write(List.of(message(name, payload))));
  }

  public void answer(JsonNode request, Object result) {
    ObjectNode answer = Json.MAPPER.createObjectNode().put("responseTo", request.get("needResponse").textValue());
    if (result != null) {
      answer.set("message", Json.MAPPER.valueToTree(result));
    }
    send(Json.write(List.of(answer)));
  }

  private static ObjectNode message(String name, Object payload) {
    ObjectNode message = Json.MAPPER.createObjectNode().put("name", name);
    if (payload != null) {
      message.set("payload", Json.MAPPER.valueToTree(payload));
    }
    return Json.MAPPER.createObjectNode().set("message", message);
  }

  private JsonNode expect(java.util.function.Predicate<JsonNode> wanted, String what) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (true) {
      for (Iterator<JsonNode> seen = payloads.iterator(); seen.hasNext(); ) {
        JsonNode payload = seen.next();
        if (wanted.test(payload)) {
          seen.remove();
          return payload;
        }
      }
      assertThat(deadline - System.nanoTime()).as("time to wait for %s; there is %s", what, payloads).isPositive();
      JsonNode frame = Json.parse(frame()).orElseThrow();
      assertThat(frame.isArray()).isTrue();
      frame.forEach(payloads::add);
    }
  }
}
