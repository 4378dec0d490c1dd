package sfu.protocol.ortc;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import java.util.Objects;

/** A header extension in use (RFC 8285); ids 1 to 14 fit the one-byte form. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RtpHeaderExtensionParameters(String uri, int id, boolean encrypt, Map<String, Object> parameters) {

  public RtpHeaderExtensionParameters {
    Objects.requireNonNull(uri, "uri");
    parameters = FormatParameters.copyOf(parameters);
  }
}
