package sfu.protocol.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** The claims of a verified token, to be read only. */
public final class Claims {

  private final ObjectNode claims;

  Claims(ObjectNode claims) {
    this.claims = claims;
  }

  /** A claim; null if it is absent or a JSON null. */
  public JsonNode get(String name) {
    JsonNode claim = claims.get(name);
    return claim == null || claim.isNull() ? null : claim;
  }

  /** A claim that is a text and not empty. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(get(name))
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .filter(text -> !text.isEmpty());
  }
}
