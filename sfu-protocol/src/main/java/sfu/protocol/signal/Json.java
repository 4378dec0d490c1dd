package sfu.protocol.signal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.util.Optional;

/** The one way JSON is read and written on this wire. Thread-safe. */
public final class Json {

  /** The longest text read, in characters: an SDP-sized message has some 10,000. */
  static final int MAX_TEXT_LENGTH = 1 << 20;

  private static final int MAX_DEPTH = 64;

  /**
   * Bounded in depth and size; unknown properties are ignored, types are never named by the input, and a string isn't
   * taken for a number. Field names come from strangers, so they are neither interned nor kept in a shared table.
   */
  public static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(MAX_TEXT_LENGTH)
                          .maxNumberLength(SessionId.MAX_LENGTH)
                          .build())
                  .build())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private Json() {}

  /** Parses a text; empty if it is no JSON, too long or too deep. A JSON null is a {@code NullNode}. */
  public static Optional<JsonNode> parse(String text) {
    if (text.length() > MAX_TEXT_LENGTH) {
      return Optional.empty();
    }
    try {
      JsonNode node = MAPPER.readTree(text);
      return node == null || node.isMissingNode() ? Optional.empty() : Optional.of(node);
    } catch (JsonProcessingException _) {
      return Optional.empty();
    }
  }

  /** Converts a parsed value to a record; empty if the value hasn't its shape. */
  public static <T> Optional<T> read(JsonNode node, Class<T> type) {
    try {
      return Optional.ofNullable(MAPPER.treeToValue(node, type));
    } catch (JsonProcessingException _) {
      return Optional.empty();
    }
  }

  /**
   * Writes a value as JSON text that can always be sent as UTF-8: half a surrogate pair, which a peer can smuggle in as
   * an escape, goes out as the escape again.
   *
   * @throws UncheckedIOException if the value isn't made for JSON, a programming error
   */
  public static String write(Object value) {
    try {
      return escapeLoneSurrogates(MAPPER.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String escapeLoneSurrogates(String text) {
    StringBuilder escaped = null;
    int copied = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
        continue;
      }
      if (escaped == null) {
        escaped = new StringBuilder(text.length() + 16);
      }
      escaped.append(text, copied, i).append("\\u").append(Integer.toHexString(c));
      copied = i + 1;
    }
    return escaped == null ? text : escaped.append(text, copied, text.length()).toString();
  }
}
