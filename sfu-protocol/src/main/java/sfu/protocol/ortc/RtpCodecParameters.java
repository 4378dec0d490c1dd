package sfu.protocol.ortc;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** A codec in use: payload type 0 to 127, clock rate in Hz, format parameters and feedback. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RtpCodecParameters(
    String mimeType,
    int payloadType,
    int clockRate,
    Integer channels,
    Map<String, Object> parameters,
    List<RtcpFeedback> rtcpFeedback) {

  public RtpCodecParameters {
    Objects.requireNonNull(mimeType, "mimeType");
    parameters = FormatParameters.copyOf(parameters);
    rtcpFeedback = rtcpFeedback == null ? List.of() : List.copyOf(rtcpFeedback);
  }

  /** Whether this is the retransmission format of another codec (RFC 4588). */
  @JsonIgnore
  public boolean isRtx() {
    return mimeType.toLowerCase(Locale.ROOT).endsWith("/rtx");
  }
}
