package sfu.load.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import sfu.protocol.ortc.RtpCodecParameters;
import sfu.protocol.ortc.RtpHeaderExtensionParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.rtp.HeaderExtensionUri;

/** The numbers that were agreed on for one stream: payload types, clock and header extension ids, 0 for none. */
record StreamNumbers(
    byte[] mid,
    int payloadType,
    int rtxPayloadType,
    int clockRateHz,
    int midId,
    int ridId,
    int repairedRidId,
    int absSendTimeId,
    int transportSequenceId,
    int audioLevelId) {

  static StreamNumbers of(RtpParameters parameters) {
    RtpCodecParameters media = parameters.codecs().getFirst();
    int rtx =
        parameters.codecs().stream()
            .filter(RtpCodecParameters::isRtx)
            .mapToInt(RtpCodecParameters::payloadType)
            .findFirst()
            .orElse(0);
    List<RtpHeaderExtensionParameters> extensions = parameters.headerExtensions();
    return new StreamNumbers(
        ascii(parameters.mid()),
        media.payloadType(),
        rtx,
        media.clockRate(),
        id(extensions, HeaderExtensionUri.MID),
        id(extensions, HeaderExtensionUri.RID),
        id(extensions, HeaderExtensionUri.REPAIRED_RID),
        id(extensions, HeaderExtensionUri.ABS_SEND_TIME),
        id(extensions, HeaderExtensionUri.TRANSPORT_WIDE_CC),
        id(extensions, HeaderExtensionUri.AUDIO_LEVEL));
  }

  private static int id(List<RtpHeaderExtensionParameters> extensions, String uri) {
    return extensions.stream()
        .filter(extension -> extension.uri().equals(uri))
        .mapToInt(RtpHeaderExtensionParameters::id)
        .findFirst()
        .orElse(0);
  }

  static byte[] ascii(String text) {
    return text == null ? new byte[0] : text.getBytes(StandardCharsets.US_ASCII);
  }
}
