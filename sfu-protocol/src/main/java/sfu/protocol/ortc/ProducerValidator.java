package sfu.protocol.ortc;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import sfu.protocol.rtp.HeaderExtensionUri;

/** Checks a client's INIT_PRODUCER step by step; the first step that objects names the reason. */
final class ProducerValidator {

  private static final int MAX_CODECS = 32;
  private static final int MAX_EXTENSIONS = 32;
  private static final int MAX_ENCODINGS = 3;
  private static final int MAX_FORMAT_PARAMETERS = 32;
  private static final int MAX_FORMAT_PARAMETER_LENGTH = 1024;

  /** What the one-byte form of a header extension can carry (RFC 8285, 4.2). */
  private static final int MAX_MID_LENGTH = 16;

  /** An SDES item's length is one byte (RFC 3550, 6.5). */
  private static final int MAX_CNAME_LENGTH = 255;

  private static final int MAX_MSID_LENGTH = 256;
  private static final int MAX_EXTENSION_ID = 255;
  private static final long MAX_SSRC = 0xffff_ffffL;

  /** RFC 8851, 10, and short enough for the extension. */
  private static final Pattern RID = Pattern.compile("[A-Za-z0-9_-]{1,16}");

  private ProducerValidator() {}

  static ProducerCheck validate(
      StreamType type, MediaKind kind, RtpParameters sent, RtpCapabilities router) {
    if (type.kind() != kind) {
      return new ProducerCheck.Refused("the kind isn't that of the type");
    }
    Optional<String> objection = objectionToShape(sent).or(() -> objectionToCodecs(sent.codecs()));
    if (objection.isPresent()) {
      return new ProducerCheck.Refused(objection.get());
    }
    Optional<RtpCodecParameters> media = mediaCodec(sent);
    if (media.isEmpty() || media.get().isRtx()) {
      return new ProducerCheck.Refused("no codec");
    }
    boolean known =
        Ortc.find(router, CodecIdentity.of(media.get())).filter(codec -> codec.kind() == kind).isPresent();
    if (!known) {
      return new ProducerCheck.Refused("a codec that the server doesn't take");
    }
    Optional<RtpCodecParameters> rtx = rtxOf(media.get(), sent.codecs());
    List<RtpHeaderExtensionParameters> extensions = knownExtensions(sent, kind, router);
    RtpParameters normalised =
        new RtpParameters(
            sent.mid(),
            rtx.map(r -> List.of(media.get(), r)).orElseGet(() -> List.of(media.get())),
            extensions,
            sent.encodings().stream().map(encoding -> normalise(encoding, rtx.isPresent())).toList(),
            sent.rtcp(),
            sent.msid());
    return objectionToEncodings(normalised, kind)
        .<ProducerCheck>map(ProducerCheck.Refused::new)
        .orElseGet(() -> new ProducerCheck.Ok(normalised));
  }

  private static Optional<String> objectionToShape(RtpParameters sent) {
    if (sent.mid() != null && (sent.mid().isEmpty() || sent.mid().length() > MAX_MID_LENGTH)) {
      return Optional.of("a mid that doesn't fit its header extension");
    }
    if (sent.msid() != null && sent.msid().length() > MAX_MSID_LENGTH) {
      return Optional.of("an msid that is too long");
    }
    if (sent.rtcp() != null && sent.rtcp().cname() != null && sent.rtcp().cname().length() > MAX_CNAME_LENGTH) {
      return Optional.of("a cname that is too long");
    }
    if (sent.headerExtensions().size() > MAX_EXTENSIONS) {
      return Optional.of("too many header extensions");
    }
    Set<Object> seen = new HashSet<>();
    for (RtpHeaderExtensionParameters extension : sent.headerExtensions()) {
      if (extension.id() < 1 || extension.id() > MAX_EXTENSION_ID) {
        return Optional.of("a header extension id out of range");
      }
      if (!seen.add(extension.id()) || !seen.add(extension.uri())) {
        return Optional.of("a header extension twice");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> objectionToCodecs(List<RtpCodecParameters> codecs) {
    if (codecs.size() > MAX_CODECS) {
      return Optional.of("too many codecs");
    }
    Set<Integer> payloadTypes = new HashSet<>();
    for (RtpCodecParameters codec : codecs) {
      // 64 to 95 look like RTCP where both share a port (RFC 5761, 4).
      if (codec.payloadType() < 0 || codec.payloadType() > 127 || codec.payloadType() >> 5 == 2) {
        return Optional.of("a payload type out of range");
      }
      if (!payloadTypes.add(codec.payloadType())) {
        return Optional.of("a payload type twice");
      }
      if (isOversized(codec.parameters())) {
        return Optional.of("format parameters that are too long");
      }
    }
    return Optional.empty();
  }

  private static boolean isOversized(Map<String, Object> parameters) {
    return parameters.size() > MAX_FORMAT_PARAMETERS
        || parameters.entrySet().stream()
            .anyMatch(p -> p.getKey().length() + p.getValue().toString().length() > MAX_FORMAT_PARAMETER_LENGTH);
  }

  private static Optional<RtpCodecParameters> mediaCodec(RtpParameters sent) {
    Integer chosen = sent.encodings().isEmpty() ? null : sent.encodings().getFirst().codecPayloadType();
    return sent.codecs().stream()
        .filter(codec -> chosen == null ? !codec.isRtx() : codec.payloadType() == chosen)
        .findFirst();
  }

  private static Optional<RtpCodecParameters> rtxOf(RtpCodecParameters media, List<RtpCodecParameters> codecs) {
    return codecs.stream()
        .filter(RtpCodecParameters::isRtx)
        .filter(codec -> FormatParameters.intOf(codec.parameters(), "apt", -1) == media.payloadType())
        .findFirst();
  }

  /** What the router doesn't know, or would have to decrypt (RFC 6904), is left alone in the packets. */
  private static List<RtpHeaderExtensionParameters> knownExtensions(
      RtpParameters sent, MediaKind kind, RtpCapabilities router) {
    return sent.headerExtensions().stream()
        .filter(extension -> !extension.encrypt())
        .filter(
            extension ->
                router.headerExtensions().stream()
                    .anyMatch(k -> k.kind() == kind && k.isReceived() && k.uri().equals(extension.uri())))
        .toList();
  }

  private static RtpEncodingParameters normalise(RtpEncodingParameters encoding, boolean rtx) {
    boolean validMode = encoding.scalabilityMode() != null && ScalabilityMode.isValid(encoding.scalabilityMode());
    return new RtpEncodingParameters(
        encoding.ssrc(),
        encoding.rid(),
        rtx ? encoding.rtx() : null,
        encoding.codecPayloadType(),
        encoding.dtx(),
        validMode ? encoding.scalabilityMode() : null,
        encoding.scaleResolutionDownBy(),
        encoding.maxBitrate(),
        encoding.active());
  }

  private static Optional<String> objectionToEncodings(RtpParameters parameters, MediaKind kind) {
    List<RtpEncodingParameters> encodings = parameters.encodings();
    if (encodings.isEmpty() || encodings.size() > (kind == MediaKind.AUDIO ? 1 : MAX_ENCODINGS)) {
      return Optional.of("no encoding, or too many");
    }
    int payloadType = parameters.codecs().getFirst().payloadType();
    Set<Long> ssrcs = new HashSet<>();
    Set<String> rids = new HashSet<>();
    for (RtpEncodingParameters encoding : encodings) {
      if (encoding.codecPayloadType() != null && encoding.codecPayloadType() != payloadType) {
        return Optional.of("encodings of different codecs");
      }
      if (encoding.maxBitrate() != null && encoding.maxBitrate() < 0) {
        return Optional.of("a negative bit rate");
      }
      if (encoding.ssrc() == null && encoding.rid() == null) {
        return Optional.of("an encoding with neither SSRC nor rid");
      }
      if (encoding.rid() != null && (!RID.matcher(encoding.rid()).matches() || !rids.add(encoding.rid()))) {
        return Optional.of("a rid that is no rid, or twice");
      }
      if (encoding.ssrc() == null && !canResolveRids(parameters)) {
        return Optional.of("a rid without a mid, or without their header extensions");
      }
      for (Long ssrc : ssrcsOf(encoding)) {
        if (ssrc < 1 || ssrc > MAX_SSRC || !ssrcs.add(ssrc)) {
          return Optional.of("an SSRC out of range, or twice");
        }
      }
    }
    return Optional.empty();
  }

  /** A layer without an announced SSRC is found by what its packets carry (RFC 8852, RFC 8843). */
  private static boolean canResolveRids(RtpParameters parameters) {
    List<String> uris = parameters.headerExtensions().stream().map(RtpHeaderExtensionParameters::uri).toList();
    return parameters.mid() != null
        && uris.contains(HeaderExtensionUri.MID)
        && uris.contains(HeaderExtensionUri.RID);
  }

  private static List<Long> ssrcsOf(RtpEncodingParameters encoding) {
    List<Long> ssrcs = new ArrayList<>(2);
    if (encoding.ssrc() != null) {
      ssrcs.add(encoding.ssrc());
    }
    if (encoding.rtx() != null) {
      ssrcs.add(encoding.rtx().ssrc());
    }
    return ssrcs;
  }
}
