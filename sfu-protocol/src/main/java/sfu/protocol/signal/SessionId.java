package sfu.protocol.signal;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.Optional;

/**
 * A participant's id as the Odoo server chose it: a number or a string, which goes back out as the type it came in.
 * Two ids are equal when their texts are, because {@code S_INFO_CHANGE} has them as keys, where 7 and "7" are one.
 *
 * @param text the id, or the shortest decimal form of its number; 1 to {@value #MAX_LENGTH} characters
 * @param numeric whether it is a number on the wire
 */
public record SessionId(String text, boolean numeric) {

  /** The longest id accepted, in characters. */
  public static final int MAX_LENGTH = 256;

  /** Beyond 2^53 a double no longer tells neighbouring integers apart. */
  private static final double MAX_EXACT = 0x1p53;

  public SessionId {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("a session id has 1 to " + MAX_LENGTH + " characters");
    }
  }

  /** An id that is an integer on the wire. */
  public static SessionId of(long number) {
    return new SessionId(Long.toString(number), true);
  }

  /** An id that is a string on the wire. */
  public static SessionId of(String text) {
    return new SessionId(text, false);
  }

  /** The id in a JSON value; empty unless that is a number or a string of acceptable length. */
  public static Optional<SessionId> parse(JsonNode node) {
    String text = node == null ? null : textOf(node);
    return text == null || text.isEmpty() || text.length() > MAX_LENGTH
        ? Optional.empty()
        : Optional.of(new SessionId(text, node.isNumber()));
  }

  private static String textOf(JsonNode node) {
    if (node.isTextual() || node.isIntegralNumber()) {
      return node.asText();
    }
    if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
      return null;
    }
    double value = node.doubleValue();
    boolean integral = value == Math.rint(value) && Math.abs(value) <= MAX_EXACT;
    return integral ? Long.toString((long) value) : Double.toString(value);
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static SessionId fromJson(JsonNode node) {
    return parse(node).orElseThrow(() -> new IllegalArgumentException("a session id is a number or a short string"));
  }

  @JsonValue
  Object toJson() {
    if (!numeric) {
      return text;
    }
    boolean integer = text.chars().allMatch(c -> c == '-' || c >= '0' && c <= '9');
    return integer ? (Object) new BigInteger(text) : Double.valueOf(text);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SessionId that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
