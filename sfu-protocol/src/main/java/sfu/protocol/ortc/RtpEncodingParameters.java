package sfu.protocol.ortc;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One encoding (layer) of a stream, named by SSRC or by rid. {@code ssrc} is unsigned 32 bit; {@code maxBitrate} in
 * bit/s; all fields are optional.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RtpEncodingParameters(
    Long ssrc,
    String rid,
    Rtx rtx,
    Integer codecPayloadType,
    Boolean dtx,
    String scalabilityMode,
    Double scaleResolutionDownBy,
    Long maxBitrate,
    Boolean active) {

  /** The retransmission stream of an encoding. */
  public record Rtx(long ssrc) {}
}
