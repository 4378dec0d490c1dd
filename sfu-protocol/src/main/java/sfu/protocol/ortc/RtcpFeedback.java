package sfu.protocol.ortc;

/** One RTCP feedback mechanism of a codec (RFC 4585, 4.2). {@code parameter} is "" when there is none. */
public record RtcpFeedback(String type, String parameter) {

  public RtcpFeedback {
    parameter = parameter == null ? "" : parameter;
  }
}
