package sfu.protocol.signal;

import com.fasterxml.jackson.databind.JsonNode;

/** JavaScript's truthiness of a JSON value. */
final class Truth {

  private Truth() {}

  static boolean of(JsonNode value) {
    return switch (value.getNodeType()) {
      case BOOLEAN -> value.booleanValue();
      case NUMBER -> value.doubleValue() != 0;
      case STRING -> !value.textValue().isEmpty();
      case ARRAY, OBJECT, BINARY, POJO -> true;
      case NULL, MISSING -> false;
    };
  }
}
