package sfu.protocol.signal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Takes frames apart, within bounds. */
final class BusReader {

  /** Payloads read of one frame; the deployed client gathers those of 200 ms. */
  static final int MAX_PAYLOADS = 1000;

  private static final int MAX_NAME_LENGTH = 64;
  private static final int MAX_ID_LENGTH = 128;

  /** Reads one value of several, so that more may follow it. */
  private static final ObjectReader ELEMENT =
      Json.MAPPER.readerFor(JsonNode.class).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private BusReader() {}

  static List<Inbound> read(String frame) {
    if (frame.length() > Json.MAX_TEXT_LENGTH) {
      return malformed("a frame that is too long");
    }
    try (JsonParser parser = Json.MAPPER.createParser(frame)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        return malformed("a frame that is no array");
      }
      List<Inbound> read = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (read.size() == MAX_PAYLOADS) {
          return malformed("a frame with too many payloads");
        }
        read.add(payload(ELEMENT.<JsonNode>readValue(parser)));
      }
      return parser.nextToken() == null ? read : malformed("a frame with more than an array");
    } catch (IOException _) {
      return malformed("a frame that is no JSON");
    }
  }

  private static List<Inbound> malformed(String why) {
    List<Inbound> only = new ArrayList<>();
    only.add(new Inbound.Malformed(why));
    return only;
  }

  private static Inbound payload(JsonNode payload) {
    if (!payload.isObject()) {
      return new Inbound.Malformed("a payload that is no object");
    }
    JsonNode message = payload.get("message");
    JsonNode responseTo = payload.get("responseTo");
    if (isPresent(responseTo)) {
      return isText(responseTo, MAX_ID_LENGTH)
          ? new Inbound.Response(responseTo.textValue(), message)
          : new Inbound.Malformed("an answer whose id is no short string");
    }
    JsonNode needResponse = payload.get("needResponse");
    if (isPresent(needResponse) && !isText(needResponse, MAX_ID_LENGTH)) {
      return new Inbound.Malformed("a request whose id is no short string");
    }
    JsonNode name = message == null ? null : message.get("name");
    if (isPresent(needResponse)) {
      return isText(name, MAX_NAME_LENGTH)
          ? new Inbound.Request(needResponse.textValue(), name.textValue(), message.get("payload"))
          : new Inbound.Request(needResponse.textValue(), "", null);
    }
    return isText(name, MAX_NAME_LENGTH)
        ? new Inbound.Message(name.textValue(), message.get("payload"))
        : new Inbound.Malformed("a message without a name");
  }

  private static boolean isPresent(JsonNode node) {
    return node != null && !node.isNull();
  }

  private static boolean isText(JsonNode node, int maxLength) {
    return node != null && node.isTextual() && node.textValue().length() <= maxLength;
  }
}
