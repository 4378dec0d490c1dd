package sfu.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import sfu.protocol.signal.Json;

/** A recorded call between a deployed server and its client: the payloads of its bus frames, in order. */
public final class Trace {

  /** One payload of a frame as it went over the wire. */
  public record Payload(String from, JsonNode json) {

    public String name() {
      return json.path("message").path("name").asText();
    }

    public JsonNode payload() {
      return json.path("message").path("payload");
    }
  }

  private final List<Payload> payloads = new ArrayList<>();

  private Trace(JsonNode lines) {
    for (JsonNode line : lines) {
      if (line.path("frame").isArray()) {
        line.get("frame").forEach(json -> payloads.add(new Payload(line.get("from").asText(), json)));
      }
    }
  }

  public static Trace of(String name) {
    try (InputStream in = Trace.class.getResourceAsStream("/traces/" + name + ".json")) {
      return new Trace(Json.MAPPER.readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public List<Payload> payloads() {
    return payloads;
  }

  /** The payloads of all messages and requests with this name. */
  public List<JsonNode> named(String name) {
    return payloads.stream().filter(p -> p.name().equals(name)).map(Payload::payload).toList();
  }

  /** The results of all answers to this id. */
  public JsonNode answerTo(String id) {
    return payloads.stream()
        .map(Payload::json)
        .filter(json -> json.path("responseTo").asText().equals(id))
        .findFirst()
        .orElseThrow()
        .get("message");
  }

  /** The first INIT_CONSUMER for a type. */
  public JsonNode consumer(String type) {
    return named("INIT_CONSUMER").stream().filter(p -> p.get("type").asText().equals(type)).findFirst().orElseThrow();
  }

  /** The INIT_PRODUCER for a type. */
  public JsonNode producer(String type) {
    return named("INIT_PRODUCER").stream().filter(p -> p.get("type").asText().equals(type)).findFirst().orElseThrow();
  }
}
