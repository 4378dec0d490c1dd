package sfu.protocol.ortc;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** What an endpoint can send or receive: codecs and header extensions. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RtpCapabilities(List<RtpCodecCapability> codecs, List<RtpHeaderExtension> headerExtensions) {

  public RtpCapabilities {
    codecs = codecs == null ? List.of() : List.copyOf(codecs);
    headerExtensions = headerExtensions == null ? List.of() : List.copyOf(headerExtensions);
  }
}
