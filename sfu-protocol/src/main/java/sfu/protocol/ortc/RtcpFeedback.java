package sfu.protocol.ortc;

import java.util.Objects;

/** One RTCP feedback mechanism of a codec (RFC 4585, 4.2). {@code parameter} is "" when there is none. */
public record RtcpFeedback(String type, String parameter) {

  public RtcpFeedback {
    Objects.requireNonNull(type, "type");
    parameter = parameter == null ? "" : parameter;
  }
}
