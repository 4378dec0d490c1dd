package sfu.load.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import sfu.load.engine.VideoCodec;
import sfu.load.engine.VideoSettings;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.RtcpParameters;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.RtpCodecCapability;
import sfu.protocol.ortc.RtpCodecParameters;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpHeaderExtension;
import sfu.protocol.ortc.RtpHeaderExtensionParameters;
import sfu.protocol.ortc.RtpParameters;

/**
 * What a participant without SDP agrees on with the server: it has Opus, VP8, VP9, H264 and RTX, all header
 * extensions, and takes the server's numbers for them. Pure functions.
 */
final class WireParameters {

  private static final String OPUS = "audio/opus";
  private static final Set<String> CODECS = Set.of(OPUS, "video/vp8", "video/vp9", "video/h264");

  /** As Chromium says it of VP8 and VP9 with three temporal layers. */
  private static final String TEMPORAL_LAYERS = "L1T3";

  private WireParameters() {}

  /** What is answered to INIT_TRANSPORTS. */
  static RtpCapabilities receivable(RtpCapabilities router) {
    List<RtpCodecCapability> codecs = new ArrayList<>();
    for (RtpCodecCapability codec : router.codecs()) {
      if (isKnown(codec)) {
        codecs.add(codec);
        codecs.addAll(rtxOf(router, codec));
      }
    }
    List<RtpHeaderExtension> extensions =
        router.headerExtensions().stream()
            .filter(RtpHeaderExtension::isSent)
            .map(e -> new RtpHeaderExtension(e.kind(), e.uri(), e.preferredId(), false, "sendrecv"))
            .toList();
    return new RtpCapabilities(codecs, extensions);
  }

  /** A voice, by its SSRC. */
  static RtpParameters audio(RtpCapabilities router, String mid, int ssrc, String cname) {
    return parameters(router, MediaKind.AUDIO, OPUS, mid, List.of(encoding(ssrc, false, null)), cname);
  }

  /** A camera or screen: one layer by its SSRC, several by rids r0 upwards. The RTX stream's SSRC is one higher. */
  static RtpParameters video(RtpCapabilities router, String mid, int ssrc, VideoSettings settings, String cname) {
    String scalability = settings.codec() == VideoCodec.H264 ? null : TEMPORAL_LAYERS;
    List<RtpEncodingParameters> encodings = new ArrayList<>();
    for (int i = 0; i < settings.layers() && settings.layers() > 1; i++) {
      encodings.add(
          new RtpEncodingParameters(
              null,
              rid(i),
              null,
              null,
              null,
              scalability,
              (double) settings.scaleDownBy(i),
              (long) settings.layerBps().get(i),
              true));
    }
    if (encodings.isEmpty()) {
      encodings.add(encoding(ssrc, true, scalability));
    }
    return parameters(router, MediaKind.VIDEO, "video/" + settings.codec(), mid, encodings, cname);
  }

  static String rid(int layer) {
    return "r" + layer;
  }

  private static RtpEncodingParameters encoding(int ssrc, boolean rtx, String scalability) {
    long unsigned = Integer.toUnsignedLong(ssrc);
    return new RtpEncodingParameters(
        unsigned,
        null,
        rtx ? new RtpEncodingParameters.Rtx(unsigned + 1) : null,
        null,
        null,
        scalability,
        null,
        null,
        null);
  }

  private static RtpParameters parameters(
      RtpCapabilities router,
      MediaKind kind,
      String mimeType,
      String mid,
      List<RtpEncodingParameters> encodings,
      String cname) {
    RtpCodecCapability media =
        router.codecs().stream()
            .filter(codec -> codec.mimeType().equalsIgnoreCase(mimeType) && isKnown(codec))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("the server takes no " + mimeType));
    List<RtpCodecParameters> codecs = new ArrayList<>();
    codecs.add(parameters(media));
    rtxOf(router, media).forEach(rtx -> codecs.add(parameters(rtx)));
    List<RtpHeaderExtensionParameters> extensions =
        router.headerExtensions().stream()
            .filter(extension -> extension.kind() == kind && extension.isReceived())
            .map(e -> new RtpHeaderExtensionParameters(e.uri(), e.preferredId(), false, Map.of()))
            .toList();
    return new RtpParameters(mid, codecs, extensions, encodings, new RtcpParameters(cname, true, true), null);
  }

  private static RtpCodecParameters parameters(RtpCodecCapability codec) {
    return new RtpCodecParameters(
        codec.mimeType(),
        codec.preferredPayloadType(),
        codec.clockRate(),
        codec.channels(),
        codec.parameters(),
        codec.rtcpFeedback());
  }

  private static boolean isKnown(RtpCodecCapability codec) {
    String mimeType = codec.mimeType().toLowerCase(Locale.ROOT);
    return CODECS.contains(mimeType) && (!mimeType.equals("video/h264") || isFragmenting(codec));
  }

  /** H.264 of packetization mode 1; of another, no frame may be longer than a packet, or all are shuffled. */
  private static boolean isFragmenting(RtpCodecCapability h264) {
    return h264.parameters().get("packetization-mode") instanceof Number mode && mode.intValue() == 1;
  }

  private static List<RtpCodecCapability> rtxOf(RtpCapabilities router, RtpCodecCapability media) {
    return router.codecs().stream()
        .filter(codec -> codec.mimeType().equalsIgnoreCase("video/rtx"))
        .filter(
            codec ->
                codec.parameters().get("apt") instanceof Number apt
                    && apt.intValue() == media.preferredPayloadType())
        .toList();
  }
}
