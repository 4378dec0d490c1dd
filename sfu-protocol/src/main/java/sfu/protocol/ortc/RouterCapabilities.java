package sfu.protocol.ortc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import sfu.protocol.rtp.HeaderExtensionUri;

/** What a router can receive and send, as far as it is configured to: codecs with their numbers, header extensions. */
public final class RouterCapabilities {

  /** The names that may be configured for audio, in order of preference. */
  public static final List<String> AUDIO_CODECS = List.of("opus", "PCMU", "PCMA");

  /** The names that may be configured for video, in order of preference. */
  public static final List<String> VIDEO_CODECS = List.of("VP8", "VP9", "H264", "H264_1_2cb", "H264_1_3ch");

  private static final int FIRST_DYNAMIC_PAYLOAD_TYPE = 100;

  private static final List<RtcpFeedback> VIDEO_FEEDBACK =
      List.of(
          new RtcpFeedback("nack", ""),
          new RtcpFeedback("nack", "pli"),
          new RtcpFeedback("ccm", "fir"),
          new RtcpFeedback("goog-remb", ""),
          new RtcpFeedback("transport-cc", ""));

  private static final List<RtpHeaderExtension> EXTENSIONS =
      List.of(
          extension(MediaKind.AUDIO, HeaderExtensionUri.MID, 1, "sendrecv"),
          extension(MediaKind.VIDEO, HeaderExtensionUri.MID, 1, "sendrecv"),
          extension(MediaKind.VIDEO, HeaderExtensionUri.RID, 2, "recvonly"),
          extension(MediaKind.VIDEO, HeaderExtensionUri.REPAIRED_RID, 3, "recvonly"),
          extension(MediaKind.AUDIO, HeaderExtensionUri.ABS_SEND_TIME, 4, "sendrecv"),
          extension(MediaKind.VIDEO, HeaderExtensionUri.ABS_SEND_TIME, 4, "sendrecv"),
          // A viewer's bandwidth is told from its video; audio carries the number towards the server alone.
          extension(MediaKind.AUDIO, HeaderExtensionUri.TRANSPORT_WIDE_CC, 5, "recvonly"),
          extension(MediaKind.VIDEO, HeaderExtensionUri.TRANSPORT_WIDE_CC, 5, "sendrecv"),
          extension(MediaKind.AUDIO, HeaderExtensionUri.AUDIO_LEVEL, 6, "sendrecv"),
          // 7 and 12 are the dependency descriptor and a private one in the deployed server: both left out.
          extension(MediaKind.VIDEO, HeaderExtensionUri.VIDEO_ORIENTATION, 8, "sendrecv"),
          extension(MediaKind.VIDEO, HeaderExtensionUri.TRANSMISSION_OFFSET, 9, "sendrecv"),
          extension(MediaKind.AUDIO, HeaderExtensionUri.ABS_CAPTURE_TIME, 10, "sendrecv"),
          extension(MediaKind.VIDEO, HeaderExtensionUri.ABS_CAPTURE_TIME, 10, "sendrecv"),
          extension(MediaKind.AUDIO, HeaderExtensionUri.PLAYOUT_DELAY, 11, "sendrecv"),
          extension(MediaKind.VIDEO, HeaderExtensionUri.PLAYOUT_DELAY, 11, "sendrecv"));

  private RouterCapabilities() {}

  /** Everything there is. */
  public static RtpCapabilities all() {
    return of(AUDIO_CODECS, VIDEO_CODECS);
  }

  /**
   * The capabilities with the named codecs, whatever their order. Dynamic payload types count up from 100 in the order
   * of {@link #AUDIO_CODECS} and {@link #VIDEO_CODECS}, without gaps for what is left out.
   *
   * @throws IllegalArgumentException if a name isn't in those lists
   */
  public static RtpCapabilities of(Collection<String> audioCodecs, Collection<String> videoCodecs) {
    requireKnown(audioCodecs, AUDIO_CODECS);
    requireKnown(videoCodecs, VIDEO_CODECS);
    List<RtpCodecCapability> codecs = new ArrayList<>();
    int payloadType = FIRST_DYNAMIC_PAYLOAD_TYPE;
    for (String name : AUDIO_CODECS) {
      if (audioCodecs.contains(name)) {
        codecs.add(audio(name, payloadType));
        payloadType += isStatic(name) ? 0 : 1;
      }
    }
    for (String name : VIDEO_CODECS) {
      if (videoCodecs.contains(name)) {
        codecs.add(video(name, payloadType));
        codecs.add(rtx(payloadType));
        payloadType += 2;
      }
    }
    return new RtpCapabilities(codecs, EXTENSIONS);
  }

  private static void requireKnown(Collection<String> names, List<String> known) {
    for (String name : names) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException("unknown codec " + name + ", known are " + String.join(", ", known));
      }
    }
  }

  private static boolean isStatic(String audioName) {
    return !audioName.equals("opus");
  }

  private static RtpCodecCapability audio(String name, int payloadType) {
    RtcpFeedback transportCc = new RtcpFeedback("transport-cc", "");
    return switch (name) {
      case "opus" ->
          audio("audio/opus", payloadType, 48_000, 2, List.of(new RtcpFeedback("nack", ""), transportCc));
      case "PCMU" -> audio("audio/PCMU", 0, 8_000, 1, List.of(transportCc));
      case "PCMA" -> audio("audio/PCMA", 8, 8_000, 1, List.of(transportCc));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static RtpCodecCapability audio(
      String mimeType, int payloadType, int clockRate, int channels, List<RtcpFeedback> feedback) {
    return new RtpCodecCapability(
        MediaKind.AUDIO, mimeType, payloadType, clockRate, channels, Map.of(), feedback);
  }

  private static RtpCodecCapability video(String name, int payloadType) {
    return switch (name) {
      case "VP8" -> video("video/VP8", payloadType, Map.of(), VIDEO_FEEDBACK);
      case "VP9" -> video("video/VP9", payloadType, Map.of("profile-id", 2), VIDEO_FEEDBACK);
      case "H264" -> h264(payloadType, "640028");
      case "H264_1_2cb" -> h264(payloadType, "42e00c");
      case "H264_1_3ch" -> h264(payloadType, "640c0d");
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static RtpCodecCapability h264(int payloadType, String profileLevelId) {
    Map<String, Object> parameters =
        Map.of("level-asymmetry-allowed", 1, "packetization-mode", 1, "profile-level-id", profileLevelId);
    return video("video/H264", payloadType, parameters, VIDEO_FEEDBACK);
  }

  private static RtpCodecCapability rtx(int payloadType) {
    return video("video/rtx", payloadType + 1, Map.of("apt", payloadType), List.of());
  }

  private static RtpCodecCapability video(
      String mimeType, int payloadType, Map<String, Object> parameters, List<RtcpFeedback> feedback) {
    return new RtpCodecCapability(MediaKind.VIDEO, mimeType, payloadType, 90_000, null, parameters, feedback);
  }

  private static RtpHeaderExtension extension(MediaKind kind, String uri, int id, String direction) {
    return new RtpHeaderExtension(kind, uri, id, false, direction);
  }
}
