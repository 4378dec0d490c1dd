package sfu.protocol.ortc;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Format parameters as they came: names to numbers, texts or booleans, in order. Anything else in them is dropped. */
final class FormatParameters {

  private FormatParameters() {}

  static Map<String, Object> copyOf(Map<String, Object> parameters) {
    if (parameters == null || parameters.isEmpty()) {
      return Map.of();
    }
    Map<String, Object> copy = LinkedHashMap.newLinkedHashMap(parameters.size());
    parameters.forEach((name, value) -> {
      if (value instanceof Number || value instanceof String || value instanceof Boolean) {
        copy.put(name, value);
      }
    });
    return Collections.unmodifiableMap(copy);
  }

  /** A number, given as one or as a text; {@code fallback} if absent or neither. */
  static int intOf(Map<String, Object> parameters, String name, int fallback) {
    return switch (parameters.get(name)) {
      case Number number -> number.intValue();
      case String text when text.matches("-?\\d{1,9}") -> Integer.parseInt(text);
      case null, default -> fallback;
    };
  }

  /** A text; a number counts as one, since 640028 may have lost its quotes. {@code fallback} if absent or neither. */
  static String textOf(Map<String, Object> parameters, String name, String fallback) {
    return switch (parameters.get(name)) {
      case String text -> text;
      case Number number -> number.toString();
      case null, default -> fallback;
    };
  }
}
