package sfu.load.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sfu.protocol.ortc.CodecIdentity;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.RtcpFeedback;
import sfu.protocol.ortc.RtcpParameters;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.RtpCodecCapability;
import sfu.protocol.ortc.RtpCodecParameters;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpHeaderExtension;
import sfu.protocol.ortc.RtpHeaderExtensionParameters;
import sfu.protocol.ortc.RtpParameters;

/** What a PeerConnection and the server have in common. Pure functions. */
public final class Negotiation {

  private Negotiation() {}

  /**
   * What a client answers to INIT_TRANSPORTS: the codecs and extensions that both sides have, with the server's numbers
   * and the client's format parameters.
   *
   * @param local an offer of the client's that has a section of each kind
   */
  public static RtpCapabilities receivable(LocalDescription local, RtpCapabilities router) {
    List<RtpCodecCapability> codecs = new ArrayList<>();
    List<RtpHeaderExtension> extensions = new ArrayList<>();
    for (MediaDescription section : local.media()) {
      List<RtpCodecParameters> localCodecs = section.codecs();
      for (RtpCodecCapability offered : router.codecs()) {
        find(localCodecs, offered).ifPresent(mine -> {
          codecs.add(capability(offered, mine));
          rtxOf(router, offered).filter(_ -> rtxOf(localCodecs, mine).isPresent()).ifPresent(codecs::add);
        });
      }
      for (RtpHeaderExtension extension : router.headerExtensions()) {
        if (extension.kind() == section.kind() && extension.isSent() && has(section, extension.uri())) {
          extensions.add(
              new RtpHeaderExtension(extension.kind(), extension.uri(), extension.preferredId(), false, "sendrecv"));
        }
      }
    }
    return new RtpCapabilities(codecs, extensions);
  }

  /**
   * What a client announces of a stream it is about to send: of its section's codecs the one that the server lists
   * first, with the client's own numbers.
   *
   * @param layers the simulcast layers, lowest first, whose rids the section names in the same order; empty for a
   *     stream with one encoding, whose SSRCs the section has
   * @throws IllegalArgumentException if the two sides have no codec in common
   */
  public static RtpParameters sent(
      MediaDescription section, RtpCapabilities router, List<RtpEncodingParameters> layers) {
    List<RtpHeaderExtensionParameters> extensions =
        section.headerExtensions().stream().filter(e -> receives(router, section.kind(), e.uri())).toList();
    String cname = section.values("ssrc").stream()
        .filter(value -> value.contains(" cname:"))
        .map(value -> value.substring(value.indexOf(" cname:") + " cname:".length()))
        .findFirst()
        .orElse("");
    return new RtpParameters(
        section.mid(),
        chosenCodecs(section, router),
        extensions,
        layers.isEmpty() ? List.of(encoding(section)) : named(layers, section),
        new RtcpParameters(cname, true, null),
        section.value("msid").orElse(null));
  }

  private static List<RtpCodecParameters> chosenCodecs(MediaDescription section, RtpCapabilities router) {
    List<RtpCodecParameters> codecs = section.codecs();
    for (RtpCodecCapability wanted : router.codecs()) {
      Optional<RtpCodecParameters> media = find(codecs, wanted);
      if (media.isPresent()) {
        List<RtpCodecParameters> chosen = new ArrayList<>();
        chosen.add(withFeedback(media.get(), common(media.get().rtcpFeedback(), wanted.rtcpFeedback())));
        rtxOf(codecs, media.get()).filter(_ -> rtxOf(router, wanted).isPresent()).ifPresent(chosen::add);
        return chosen;
      }
    }
    throw new IllegalArgumentException("the server takes none of this client's " + section.kind() + " codecs");
  }

  private static Optional<RtpCodecParameters> find(List<RtpCodecParameters> codecs, RtpCodecCapability wanted) {
    if (wanted.mimeType().endsWith("/rtx")) {
      return Optional.empty();
    }
    CodecIdentity identity = CodecIdentity.of(wanted);
    return codecs.stream().filter(codec -> !codec.isRtx() && identity.matches(CodecIdentity.of(codec))).findFirst();
  }

  private static Optional<RtpCodecParameters> rtxOf(List<RtpCodecParameters> codecs, RtpCodecParameters media) {
    return codecs.stream()
        .filter(codec -> codec.isRtx() && isNumber(codec.parameters().get("apt"), media.payloadType()))
        .findFirst();
  }

  private static Optional<RtpCodecCapability> rtxOf(RtpCapabilities router, RtpCodecCapability media) {
    return router.codecs().stream()
        .filter(codec -> codec.mimeType().endsWith("/rtx"))
        .filter(codec -> isNumber(codec.parameters().get("apt"), media.preferredPayloadType()))
        .findFirst();
  }

  private static boolean isNumber(Object value, int number) {
    return value instanceof Number that && that.intValue() == number;
  }

  private static RtpCodecCapability capability(RtpCodecCapability offered, RtpCodecParameters mine) {
    return new RtpCodecCapability(
        offered.kind(),
        offered.mimeType(),
        offered.preferredPayloadType(),
        offered.clockRate(),
        offered.channels(),
        mine.parameters(),
        common(mine.rtcpFeedback(), offered.rtcpFeedback()));
  }

  private static List<RtcpFeedback> common(List<RtcpFeedback> mine, List<RtcpFeedback> theirs) {
    return mine.stream().filter(theirs::contains).toList();
  }

  private static RtpCodecParameters withFeedback(RtpCodecParameters codec, List<RtcpFeedback> feedback) {
    return new RtpCodecParameters(
        codec.mimeType(), codec.payloadType(), codec.clockRate(), codec.channels(), codec.parameters(), feedback);
  }

  private static boolean has(MediaDescription section, String uri) {
    return section.headerExtensions().stream().anyMatch(extension -> extension.uri().equals(uri));
  }

  private static boolean receives(RtpCapabilities router, MediaKind kind, String uri) {
    return router.headerExtensions().stream()
        .anyMatch(extension -> extension.kind() == kind && extension.isReceived() && extension.uri().equals(uri));
  }

  /** The one encoding, from "ssrc-group:FID media rtx" or, without RTX, from the first "ssrc:" line. */
  private static RtpEncodingParameters encoding(MediaDescription section) {
    Optional<String> group = section.value("ssrc-group").filter(value -> value.startsWith("FID "));
    if (group.isPresent()) {
      String[] words = group.get().split(" ");
      return encoding(Long.valueOf(words[1]), new RtpEncodingParameters.Rtx(Long.parseLong(words[2])));
    }
    String line =
        section.value("ssrc").orElseThrow(() -> new IllegalArgumentException("a section that sends without an SSRC"));
    return encoding(Long.valueOf(line.substring(0, line.indexOf(' '))), null);
  }

  private static RtpEncodingParameters encoding(Long ssrc, RtpEncodingParameters.Rtx rtx) {
    return new RtpEncodingParameters(ssrc, null, rtx, null, null, null, null, null, null);
  }

  private static List<RtpEncodingParameters> named(List<RtpEncodingParameters> layers, MediaDescription section) {
    List<String> rids = section.values("rid").stream().map(value -> value.split(" ")[0]).toList();
    if (rids.size() != layers.size()) {
      throw new IllegalArgumentException(rids.size() + " rids for " + layers.size() + " layers");
    }
    List<RtpEncodingParameters> named = new ArrayList<>();
    for (int i = 0; i < rids.size(); i++) {
      RtpEncodingParameters layer = layers.get(i);
      named.add(
          new RtpEncodingParameters(
              null,
              rids.get(i),
              null,
              null,
              null,
              layer.scalabilityMode(),
              layer.scaleResolutionDownBy(),
              layer.maxBitrate(),
              true));
    }
    return named;
  }
}
