package sfu.protocol.ortc;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/** How a producer sends or a consumer is sent to: codecs (media, then RTX), extensions, encodings (lowest first). */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"codecs", "headerExtensions", "encodings", "rtcp", "msid", "mid"})
public record RtpParameters(
    String mid,
    List<RtpCodecParameters> codecs,
    List<RtpHeaderExtensionParameters> headerExtensions,
    List<RtpEncodingParameters> encodings,
    RtcpParameters rtcp,
    String msid) {

  public RtpParameters {
    codecs = codecs == null ? List.of() : List.copyOf(codecs);
    headerExtensions = headerExtensions == null ? List.of() : List.copyOf(headerExtensions);
    encodings = encodings == null ? List.of() : List.copyOf(encodings);
  }
}
