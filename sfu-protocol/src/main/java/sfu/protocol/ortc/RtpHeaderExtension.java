package sfu.protocol.ortc;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/** A header extension (RFC 8285) that an endpoint has. {@code direction}: sendrecv, sendonly, recvonly, inactive */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RtpHeaderExtension(
    MediaKind kind, String uri, int preferredId, boolean preferredEncrypt, String direction) {

  public RtpHeaderExtension {
    Objects.requireNonNull(uri, "uri");
    direction = direction == null ? "sendrecv" : direction;
  }

  /** Whether the endpoint that lists this sends it. */
  @JsonIgnore
  public boolean isSent() {
    return direction.equals("sendrecv") || direction.equals("sendonly");
  }

  /** Whether the endpoint that lists this understands it on what it receives. */
  @JsonIgnore
  public boolean isReceived() {
    return direction.equals("sendrecv") || direction.equals("recvonly");
  }
}
