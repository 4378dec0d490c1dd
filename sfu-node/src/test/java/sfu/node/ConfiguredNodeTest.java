package sfu.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** protocol.md, section 7: what the environment sets is what clients and the Odoo server are told. */
class ConfiguredNodeTest {

  @RegisterExtension
  static final TestNode NAMED =
      new TestNode(
          "PUBLIC_IP", "localhost", "AUDIO_CODECS", "PCMU", "VIDEO_CODECS", "H264_1_2cb", "MAX_VIDEO_BITRATE", "800000",
          "RTC_MIN_PORT", "46000", "RTC_MAX_PORT", "46999");

  @RegisterExtension static final TestNode SIX = new TestNode("PUBLIC_IP", "2001:db8::7");

  private static JsonNode transports(TestNode node) throws Exception {
    TestClient client = node.join(node.channel("configured", ""), 1).welcome();
    JsonNode payload = client.initTransports();
    client.close(1000);
    return payload;
  }

  private static String url(TestNode node) throws Exception {
    String token = TestNode.jwt(Map.of("iss", "configured"));
    return TestNode.json(node.send("GET", "/v1/channel", null, "Authorization", "jwt " + token)).get("url").textValue();
  }

  @Test
  void aHostNameIsInTheUrlAndItsAddressInTheCandidates() throws Exception {
    assertThat(url(NAMED)).isEqualTo("http://localhost:" + NAMED.port());
    for (JsonNode candidate : transports(NAMED).at("/ctsConfig/iceCandidates")) {
      assertThat(candidate.get("ip").textValue()).isIn("127.0.0.1", "0:0:0:0:0:0:0:1");
      assertThat(candidate.get("address")).isEqualTo(candidate.get("ip"));
    }
  }

  @Test
  void anIpv6AddressIsBracketedInTheUrlAndBareInTheCandidates() throws Exception {
    assertThat(url(SIX)).isEqualTo("http://[2001:db8::7]:" + SIX.port());
    for (JsonNode candidate : transports(SIX).at("/stcConfig/iceCandidates")) {
      assertThat(candidate.get("ip").textValue()).isEqualTo("2001:db8:0:0:0:0:0:7");
    }
  }

  @Test
  void mediaPortsAreInTheRange() throws Exception {
    for (JsonNode candidate : transports(NAMED).at("/ctsConfig/iceCandidates")) {
      assertThat(candidate.get("port").intValue()).isBetween(46_000, 46_999);
    }
  }

  @Test
  void onlyTheCodecsThatAreAllowedAreOfferedAndTheirNumbersCloseUp() throws Exception {
    JsonNode codecs = transports(NAMED).at("/capabilities/codecs");
    assertThat(codecs.findValuesAsText("mimeType")).containsExactly("audio/PCMU", "video/H264", "video/rtx");
    assertThat(codecs.findValuesAsText("preferredPayloadType")).containsExactly("0", "100", "101");
    assertThat(codecs.at("/1/parameters/profile-level-id").textValue()).isEqualTo("42e00c");
    assertThat(codecs.at("/1/parameters/packetization-mode").intValue()).isEqualTo(1);
  }

  @Test
  void theVideoBitRateIsSharedOutToTheLayers() throws Exception {
    JsonNode options = transports(NAMED).get("producerOptionsByKind");
    for (String kind : new String[] {"audio", "video"}) {
      assertThat(options.at("/" + kind + "/stopTracks").booleanValue()).isFalse();
      assertThat(options.at("/" + kind + "/disableTrackOnPause").booleanValue()).isFalse();
      assertThat(options.at("/" + kind + "/zeroRtpOnPause").booleanValue()).isTrue();
    }
    JsonNode video = options.get("video");
    assertThat(video.get("encodings").findValuesAsText("scaleResolutionDownBy")).containsExactly("4", "2", "1");
    assertThat(video.get("encodings").findValuesAsText("maxBitrate")).containsExactly("200000", "400000", "800000");
    assertThat(video.at("/codecOptions/videoGoogleMinBitrate").intValue()).isEqualTo(1_000);
    assertThat(video.at("/codecOptions/videoGoogleStartBitrate").intValue()).isEqualTo(1_000_000);
    assertThat(video.at("/codecOptions/videoGoogleMaxBitrate").intValue()).isEqualTo(1_600_000);
  }

  @Test
  void aTransportIsDescribedAsTheClientBuildsItsSdpFrom() throws Exception {
    JsonNode transports = transports(NAMED);
    for (String config : new String[] {"ctsConfig", "stcConfig"}) {
      JsonNode transport = transports.get(config);
      assertThat(transport.get("id").textValue()).isNotEmpty();
      assertThat(transport.at("/iceParameters/usernameFragment").textValue()).hasSizeGreaterThanOrEqualTo(4);
      assertThat(transport.at("/iceParameters/password").textValue()).hasSizeGreaterThanOrEqualTo(22);
      for (JsonNode candidate : transport.get("iceCandidates")) {
        assertThat(candidate.get("type").textValue()).isEqualTo("host");
        assertThat(candidate.get("foundation").textValue()).isNotEmpty();
        assertThat(candidate.has("tcpType")).isEqualTo(candidate.get("protocol").textValue().equals("tcp"));
      }
      assertThat(transport.at("/dtlsParameters/fingerprints").findValuesAsText("algorithm")).contains("sha-256");
      for (JsonNode fingerprint : transport.at("/dtlsParameters/fingerprints")) {
        assertThat(fingerprint.get("value").textValue()).matches("[0-9A-F]{2}(:[0-9A-F]{2})+");
      }
    }
  }
}
