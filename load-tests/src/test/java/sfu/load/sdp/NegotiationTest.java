package sfu.load.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.Ortc;
import sfu.protocol.ortc.ProducerCheck;
import sfu.protocol.ortc.RouterCapabilities;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.RtpCodecCapability;
import sfu.protocol.ortc.RtpCodecParameters;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.rtp.HeaderExtensionUri;

/** Offers that libwebrtc wrote, against the server's capabilities. */
class NegotiationTest {

  private static final RtpCapabilities ROUTER = RouterCapabilities.all();

  private static final List<RtpEncodingParameters> LAYERS = List.of(layer(4), layer(2), layer(1));

  private final LocalDescription offer = offer("offer.sdp");

  @Test
  void receivesWhatBothSidesHaveWithTheNumbersOfTheServer() {
    RtpCapabilities receivable = Negotiation.receivable(offer, ROUTER);

    assertThat(receivable.codecs())
        .extracting(RtpCodecCapability::mimeType, RtpCodecCapability::preferredPayloadType)
        .map(Object::toString)
        .containsExactly(
            "(\"audio/opus\", 100)",
            "(\"audio/PCMU\", 0)",
            "(\"audio/PCMA\", 8)",
            "(\"video/VP8\", 101)",
            "(\"video/rtx\", 102)",
            "(\"video/VP9\", 103)",
            "(\"video/rtx\", 104)",
            "(\"video/H264\", 107)",
            "(\"video/rtx\", 108)");
  }

  @Test
  void takesProfilesForEqualAsTheyAreMeantAndAnswersWithItsOwn() {
    RtpCapabilities receivable = Negotiation.receivable(offer, ROUTER);

    assertThat(receivable.codecs())
        .filteredOn(codec -> codec.mimeType().equals("video/H264"))
        .singleElement()
        .satisfies(h264 -> assertThat(h264.parameters()).containsEntry("profile-level-id", "42e01f"));
  }

  @Test
  void receivesOnlyExtensionsThatTheServerSends() {
    RtpCapabilities receivable = Negotiation.receivable(offer, ROUTER);

    assertThat(receivable.headerExtensions())
        .filteredOn(extension -> extension.kind() == MediaKind.VIDEO)
        .extracting(extension -> extension.uri())
        .contains(HeaderExtensionUri.MID, HeaderExtensionUri.TRANSPORT_WIDE_CC)
        .doesNotContain(HeaderExtensionUri.RID, HeaderExtensionUri.REPAIRED_RID);
  }

  @Test
  void announcesOneStreamByItsSsrcs() {
    RtpParameters sent = Negotiation.sent(offer.section("1"), ROUTER, List.of());

    assertThat(sent.codecs()).extracting(RtpCodecParameters::payloadType).containsExactly(96, 97);
    assertThat(sent.encodings()).singleElement().satisfies(encoding -> {
      assertThat(encoding.ssrc()).isEqualTo(2189080541L);
      assertThat(encoding.rtx().ssrc()).isEqualTo(825835574L);
    });
    assertThat(sent.rtcp().cname()).isEqualTo("dGg3btkNaZi5K7+B");
    assertAccepted(StreamType.CAMERA, sent);
  }

  @Test
  void announcesAudioWithoutRetransmission() {
    RtpParameters sent = Negotiation.sent(offer.section("0"), ROUTER, List.of());

    assertThat(sent.codecs()).singleElement().satisfies(opus -> {
      assertThat(opus.mimeType()).isEqualTo("audio/opus");
      assertThat(opus.channels()).isEqualTo(2);
      assertThat(opus.parameters()).isEqualTo(Map.of("minptime", 10, "useinbandfec", 1));
    });
    assertThat(sent.encodings()).singleElement().satisfies(encoding -> assertThat(encoding.rtx()).isNull());
    assertAccepted(StreamType.AUDIO, sent);
  }

  @Test
  void announcesLayersByTheirRids() {
    RtpParameters sent = Negotiation.sent(offer("offer-simulcast.sdp").section("1"), ROUTER, LAYERS);

    assertThat(sent.encodings()).extracting(RtpEncodingParameters::rid).containsExactly("0", "1", "2");
    assertThat(sent.encodings())
        .extracting(RtpEncodingParameters::scaleResolutionDownBy)
        .containsExactly(4.0, 2.0, 1.0);
    assertThat(sent.headerExtensions()).extracting(e -> e.uri()).contains(HeaderExtensionUri.RID);
    assertAccepted(StreamType.CAMERA, sent);
  }

  @Test
  void sendsWhatTheServerListsFirst() {
    RtpCapabilities onlyH264 = RouterCapabilities.of(List.of("opus"), List.of("H264_1_2cb"));

    RtpParameters sent = Negotiation.sent(offer.section("1"), onlyH264, List.of());

    assertThat(sent.codecs()).extracting(RtpCodecParameters::payloadType).containsExactly(109, 114);
  }

  @Test
  void refusesAServerWithoutACommonCodec() {
    RtpCapabilities onlyHigh = RouterCapabilities.of(List.of("opus"), List.of("H264_1_3ch"));

    assertThatThrownBy(() -> Negotiation.sent(offer.section("1"), onlyHigh, List.of()))
        .hasMessageContaining("none of this client's VIDEO codecs");
  }

  private static void assertAccepted(StreamType type, RtpParameters sent) {
    assertThat(Ortc.validateProducer(type, type.kind(), sent, ROUTER)).isInstanceOf(ProducerCheck.Ok.class);
  }

  private static RtpEncodingParameters layer(int scale) {
    return new RtpEncodingParameters(null, null, null, null, null, null, (double) scale, 4_000_000L / scale, true);
  }

  static LocalDescription offer(String file) {
    try (InputStream in = NegotiationTest.class.getResourceAsStream("/sdp/" + file)) {
      return LocalDescription.parse(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new AssertionError(file, e);
    }
  }
}
