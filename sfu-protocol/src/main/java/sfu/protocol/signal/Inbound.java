package sfu.protocol.signal;

import com.fasterxml.jackson.databind.JsonNode;

/** One payload of a frame that came in over the bus. An absent payload or result is null; a JSON null is a node. */
public sealed interface Inbound {

  /** Must be answered with {@link Bus#respond}, whatever it asks; {@code name} is "" if it had none. */
  record Request(String id, String name, JsonNode payload) implements Inbound {}

  /** Wants no answer. */
  record Message(String name, JsonNode payload) implements Inbound {}

  /** Answers the request {@code id}, which was pending until now. */
  record Response(String id, JsonNode result) implements Inbound {}

  /** To be dropped and counted; {@code why} is ours, nothing of the peer's text. */
  record Malformed(String why) implements Inbound {}
}
