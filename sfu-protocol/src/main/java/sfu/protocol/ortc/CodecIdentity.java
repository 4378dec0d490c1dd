package sfu.protocol.ortc;

import java.util.Locale;
import java.util.Map;

/**
 * What must be equal for two descriptions to mean one codec, as far as forwarding without decoding is concerned. Levels
 * and other limits are left to the encoder and decoder: the router lets H264 levels differ (level-asymmetry-allowed).
 *
 * @param mimeType in lower case
 * @param clockRate in Hz
 * @param channels 1 unless it is audio with more
 * @param variant H264's packetization mode and profile, VP9's profile, null for others
 */
public record CodecIdentity(String mimeType, int clockRate, int channels, Object variant) {

  private record H264Variant(int packetizationMode, H264Profile profile) {}

  /** What a capability names. */
  public static CodecIdentity of(RtpCodecCapability codec) {
    return of(codec.mimeType(), codec.clockRate(), codec.channels(), codec.parameters());
  }

  /** What a stream's codec is. */
  public static CodecIdentity of(RtpCodecParameters codec) {
    return of(codec.mimeType(), codec.clockRate(), codec.channels(), codec.parameters());
  }

  /** An H264 profile that isn't known isn't the same as another unknown one. */
  public boolean matches(CodecIdentity other) {
    boolean unknown = variant instanceof H264Variant h264 && h264.profile == H264Profile.UNKNOWN;
    return !unknown && equals(other);
  }

  private static CodecIdentity of(String mimeType, int clockRate, Integer channels, Map<String, Object> parameters) {
    String type = mimeType.toLowerCase(Locale.ROOT);
    Object variant =
        switch (type) {
          case "video/h264" ->
              new H264Variant(
                  FormatParameters.intOf(parameters, "packetization-mode", 0), H264Profile.of(parameters));
          case "video/vp9" -> FormatParameters.intOf(parameters, "profile-id", 0);
          default -> null;
        };
    return new CodecIdentity(type, clockRate, channels == null ? 1 : channels, variant);
  }
}
