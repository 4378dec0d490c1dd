package sfu.protocol.ortc;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A codec that an endpoint can handle. {@code parameters} are the format parameters (fmtp), numbers or strings;
 * {@code channels} is for audio only; {@code clockRate} in Hz.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RtpCodecCapability(
    MediaKind kind,
    String mimeType,
    Integer preferredPayloadType,
    int clockRate,
    Integer channels,
    Map<String, Object> parameters,
    List<RtcpFeedback> rtcpFeedback) {

  public RtpCodecCapability {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(mimeType, "mimeType");
    parameters = FormatParameters.copyOf(parameters);
    rtcpFeedback = rtcpFeedback == null ? List.of() : List.copyOf(rtcpFeedback);
  }
}
