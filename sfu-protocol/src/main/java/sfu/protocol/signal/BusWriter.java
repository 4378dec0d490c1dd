package sfu.protocol.signal;

import com.fasterxml.jackson.annotation.JsonInclude;

/** Payloads of a frame as JSON texts; absent keys are left out. */
final class BusWriter {

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Envelope(Object message, String needResponse, String responseTo) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Named(String name, Object payload) {}

  private BusWriter() {}

  static String message(String name, Object payload, String needResponse) {
    return Json.write(new Envelope(new Named(name, payload), needResponse, null));
  }

  static String response(String responseTo, Object result) {
    return Json.write(new Envelope(result, null, responseTo));
  }
}
