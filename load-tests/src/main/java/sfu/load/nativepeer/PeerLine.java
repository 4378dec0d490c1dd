package sfu.load.nativepeer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import sfu.protocol.signal.Json;

/**
 * A line between a parent and its child process: a message's JSON object, which says by its key "peer" whom in the
 * child it is about; 0 if it doesn't say, as programs do that are one peer alone.
 */
record PeerLine<T>(int peer, T message) {

  private static final String PEER = "peer";

  /** Reads what {@link #text} wrote. */
  static <T> PeerLine<T> read(String text, Class<T> type) throws JsonProcessingException {
    JsonNode tree = Json.MAPPER.readTree(text);
    return new PeerLine<>(tree.path(PEER).asInt(), Json.MAPPER.treeToValue(tree, type));
  }

  /** Without a line's end. */
  String text() {
    ObjectNode tree = Json.MAPPER.valueToTree(message);
    if (peer != 0) {
      tree.put(PEER, peer);
    }
    return Json.write(tree);
  }
}
