package sfu.protocol.ortc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sfu.protocol.rtp.HeaderExtensionUri;

/** The rules by which producer, router and viewer agree. Pure functions; nothing here throws on a peer's input. */
public final class Ortc {

  private Ortc() {}

  /** Checks what a client announced to send against what the router takes. */
  public static ProducerCheck validateProducer(
      StreamType type, MediaKind kind, RtpParameters rtpParameters, RtpCapabilities router) {
    return ProducerValidator.validate(type, kind, rtpParameters, router);
  }

  /**
   * What any viewer could get of a producer: its codec, RTX if it is video and all header extensions, with the router's
   * numbers, and what its encodings tell of quality.
   *
   * @param producer as {@link ProducerCheck.Ok} gave it
   * @throws IllegalArgumentException if the router doesn't have its codec: it wasn't validated against this router
   */
  public static RtpParameters consumable(RtpParameters producer, StreamType type, RtpCapabilities router) {
    RtpCodecParameters sent = producer.codecs().getFirst();
    RtpCodecCapability media =
        find(router, CodecIdentity.of(sent)).orElseThrow(() -> new IllegalArgumentException("not validated"));
    List<RtpCodecParameters> codecs = new ArrayList<>();
    codecs.add(parameters(media, sent.parameters()));
    rtxOf(router, media.preferredPayloadType()).ifPresent(rtx -> codecs.add(parameters(rtx, rtx.parameters())));
    List<RtpHeaderExtensionParameters> extensions =
        router.headerExtensions().stream()
            .filter(extension -> extension.kind() == type.kind() && extension.isSent())
            .map(e -> new RtpHeaderExtensionParameters(e.uri(), e.preferredId(), false, Map.of()))
            .toList();
    List<RtpEncodingParameters> encodings = producer.encodings().stream().map(Ortc::quality).toList();
    String cname = producer.rtcp() == null ? null : producer.rtcp().cname();
    return new RtpParameters(
        null, codecs, extensions, encodings, new RtcpParameters(cname, true, true), producer.msid());
  }

  /**
   * What one viewer is sent: of what it could get, the codecs, feedback and extensions that it has too, in one stream.
   *
   * @param consumable as {@link #consumable} gave it
   * @param viewer the answer to INIT_TRANSPORTS; its extensions count for both kinds, because what browsers list for
   *     video alone they take on audio all the same
   * @param mid unique in the viewer's transport
   * @param ssrc unsigned 32 bit, unique in the viewer's transport, like {@code rtxSsrc}, which is unused without RTX
   * @param cname of the sending session (RFC 3550, 6.5.1): streams with the same one are kept in sync
   * @return empty if the viewer hasn't the codec
   */
  public static Optional<RtpParameters> consumerParameters(
      RtpParameters consumable, RtpCapabilities viewer, String mid, long ssrc, long rtxSsrc, String cname) {
    RtpCodecParameters offered = consumable.codecs().getFirst();
    Optional<RtpCodecCapability> taken = find(viewer, CodecIdentity.of(offered));
    if (taken.isEmpty()) {
      return Optional.empty();
    }
    List<RtpHeaderExtensionParameters> extensions =
        consumable.headerExtensions().stream().filter(extension -> takes(viewer, extension)).toList();
    List<RtpCodecParameters> codecs = new ArrayList<>();
    codecs.add(withFeedback(offered, feedback(offered, taken.get(), extensions)));
    if (consumable.codecs().size() > 1 && takesRtx(viewer, taken.get(), offered)) {
      codecs.add(withFeedback(consumable.codecs().get(1), List.of()));
    }
    RtpEncodingParameters encoding = encoding(consumable, ssrc, codecs.size() > 1 ? rtxSsrc : null);
    return Optional.of(
        new RtpParameters(
            mid, codecs, extensions, List.of(encoding), new RtcpParameters(cname, true, true), consumable.msid()));
  }

  static Optional<RtpCodecCapability> find(RtpCapabilities capabilities, CodecIdentity identity) {
    return capabilities.codecs().stream().filter(codec -> identity.matches(CodecIdentity.of(codec))).findFirst();
  }

  private static Optional<RtpCodecCapability> rtxOf(RtpCapabilities capabilities, Integer payloadType) {
    return capabilities.codecs().stream()
        .filter(codec -> codec.mimeType().equalsIgnoreCase("video/rtx") && payloadType != null
            && FormatParameters.intOf(codec.parameters(), "apt", -1) == payloadType)
        .findFirst();
  }

  /** A viewer names its codec by its own payload type or, when that is left to the router, by the router's. */
  private static boolean takesRtx(RtpCapabilities viewer, RtpCodecCapability taken, RtpCodecParameters offered) {
    return rtxOf(viewer, taken.preferredPayloadType()).isPresent() || rtxOf(viewer, offered.payloadType()).isPresent();
  }

  private static boolean takes(RtpCapabilities viewer, RtpHeaderExtensionParameters offered) {
    return viewer.headerExtensions().stream()
        .anyMatch(e -> e.uri().equals(offered.uri()) && e.preferredId() == offered.id() && e.isReceived());
  }

  private static RtpCodecParameters parameters(RtpCodecCapability codec, Map<String, Object> parameters) {
    return new RtpCodecParameters(
        codec.mimeType(),
        codec.preferredPayloadType(),
        codec.clockRate(),
        codec.channels(),
        parameters,
        codec.rtcpFeedback());
  }

  private static RtpCodecParameters withFeedback(RtpCodecParameters codec, List<RtcpFeedback> feedback) {
    return new RtpCodecParameters(
        codec.mimeType(), codec.payloadType(), codec.clockRate(), codec.channels(), codec.parameters(), feedback);
  }

  /** What both have, in the viewer's order, with one way to tell the bandwidth: the one whose extension is there. */
  private static List<RtcpFeedback> feedback(
      RtpCodecParameters offered, RtpCodecCapability taken, List<RtpHeaderExtensionParameters> extensions) {
    boolean audio = taken.kind() == MediaKind.AUDIO;
    boolean transportCc = has(extensions, HeaderExtensionUri.TRANSPORT_WIDE_CC);
    boolean remb = !transportCc && has(extensions, HeaderExtensionUri.ABS_SEND_TIME);
    return taken.rtcpFeedback().stream()
        .filter(offered.rtcpFeedback()::contains)
        .filter(feedback -> switch (feedback.type()) {
          case "transport-cc" -> transportCc;
          case "goog-remb" -> remb;
          // A late voice packet is a lost one: audio isn't sent again.
          case "nack" -> !audio;
          default -> true;
        })
        .distinct()
        .toList();
  }

  private static boolean has(List<RtpHeaderExtensionParameters> extensions, String uri) {
    return extensions.stream().anyMatch(extension -> extension.uri().equals(uri));
  }

  private static RtpEncodingParameters quality(RtpEncodingParameters encoding) {
    return new RtpEncodingParameters(
        null, null, null, null, null, encoding.scalabilityMode(), null, encoding.maxBitrate(), null);
  }

  /** One stream for all layers: as many spatial layers as there are encodings, and the highest of their bit rates. */
  private static RtpEncodingParameters encoding(RtpParameters consumable, long ssrc, Long rtxSsrc) {
    List<RtpEncodingParameters> layers = consumable.encodings();
    String mode =
        layers.stream().map(RtpEncodingParameters::scalabilityMode).filter(m -> m != null).findFirst().orElse(null);
    long maxBitrateBps =
        layers.stream().mapToLong(layer -> layer.maxBitrate() == null ? 0 : layer.maxBitrate()).max().orElse(0);
    return new RtpEncodingParameters(
        ssrc,
        null,
        rtxSsrc == null ? null : new RtpEncodingParameters.Rtx(rtxSsrc),
        null,
        null,
        layers.size() > 1 ? "L" + layers.size() + "T" + ScalabilityMode.temporalLayers(mode) : mode,
        null,
        maxBitrateBps > 0 ? maxBitrateBps : null,
        null);
  }
}
