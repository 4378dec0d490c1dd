package sfu.node.media.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sfu.node.media.producer.Producer;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.RtcpFeedback;
import sfu.protocol.ortc.RtpCodecParameters;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpParameters;

/** A producer's parameters as on a link: its client's, with SSRCs of the link's and the link's own repair. */
final class LinkRtpParameters {
  /** Any that doesn't make packets look like RTCP (RFC 5761, section 4), for a codec without RTX of its own. */
  private static final int[] RTX_PAYLOAD_TYPES = {127, 126};

  private LinkRtpParameters() {}

  /** The payload type of retransmissions on the link. */
  static int rtxPayloadType(Producer producer) {
    if (producer.rtxPayloadType() >= 0) {
      return producer.rtxPayloadType();
    }
    return producer.codec().payloadType() == RTX_PAYLOAD_TYPES[0] ? RTX_PAYLOAD_TYPES[1] : RTX_PAYLOAD_TYPES[0];
  }

  /**
   * {@code streams}: what each encoding is sent under. What is lost on the link is repaired there, whatever the
   * client can do on its own way: audio too, which its viewers would not ask for again.
   */
  static RtpParameters of(Producer producer, List<LinkStream> streams) {
    RtpParameters parameters = producer.parameters();
    List<RtpEncodingParameters> encodings = new ArrayList<>();
    for (int i = 0; i < streams.size(); i++) {
      encodings.add(encoding(parameters.encodings().get(i), streams.get(i)));
    }
    return new RtpParameters(
        parameters.mid(), codecs(producer), parameters.headerExtensions(), encodings, parameters.rtcp(),
        parameters.msid());
  }

  private static List<RtpCodecParameters> codecs(Producer producer) {
    RtpCodecParameters codec = producer.codec();
    boolean video = producer.kind() == MediaKind.VIDEO;
    RtcpFeedback nack = new RtcpFeedback("nack", "");
    return List.of(
        new RtpCodecParameters(
            codec.mimeType(),
            codec.payloadType(),
            codec.clockRate(),
            codec.channels(),
            codec.parameters(),
            video ? List.of(nack, new RtcpFeedback("nack", "pli")) : List.of(nack)),
        new RtpCodecParameters(
            video ? "video/rtx" : "audio/rtx",
            rtxPayloadType(producer),
            codec.clockRate(),
            null,
            Map.of("apt", codec.payloadType()),
            List.of()));
  }

  private static RtpEncodingParameters encoding(RtpEncodingParameters client, LinkStream stream) {
    return new RtpEncodingParameters(
        Integer.toUnsignedLong(stream.ssrc),
        null,
        new RtpEncodingParameters.Rtx(Integer.toUnsignedLong(stream.rtxSsrc)),
        null,
        client.dtx(),
        client.scalabilityMode(),
        client.scaleResolutionDownBy(),
        client.maxBitrate(),
        client.active());
  }
}
