package sfu.protocol.ortc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sfu.protocol.Trace;
import sfu.protocol.signal.Json;

class RouterCapabilitiesTest {

  private static final Set<String> LEFT_OUT =
      Set.of(
          "urn:mediasoup:params:rtp-hdrext:packet-id",
          "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension");

  @Test
  void allCodecsAreWhatTheDeployedServerAnnounces() {
    assertThat(json(RouterCapabilities.all())).isEqualTo(announced("call-vp8-client1"));
  }

  @Test
  void numbersOfAShortenedListCloseUp() {
    RtpCapabilities capabilities = RouterCapabilities.of(RouterCapabilities.AUDIO_CODECS, List.of("H264_1_2cb"));
    assertThat(json(capabilities)).isEqualTo(announced("call-h264-client1"));
  }

  @Test
  void orderOfConfigurationDoesNotMatter() {
    assertThat(RouterCapabilities.of(List.of("PCMA", "opus"), List.of("VP9", "VP8")))
        .isEqualTo(RouterCapabilities.of(List.of("opus", "PCMA"), List.of("VP8", "VP9")));
  }

  @Test
  void videoTakesTheFirstDynamicNumberWithoutOpus() {
    RtpCapabilities capabilities = RouterCapabilities.of(List.of("PCMU"), List.of("VP8"));
    assertThat(capabilities.codecs()).extracting(RtpCodecCapability::preferredPayloadType).containsExactly(0, 100, 101);
  }

  @Test
  void unknownNameIsRefused() {
    assertThatThrownBy(() -> RouterCapabilities.of(List.of("opus"), List.of("AV1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("AV1")
        .hasMessageContaining("H264_1_2cb");
  }

  private static JsonNode json(Object value) {
    return Json.parse(Json.write(value)).orElseThrow();
  }

  /** What the deployed server announced, without the extensions that are of no use to others or not supported. */
  private static JsonNode announced(String trace) {
    ObjectNode capabilities =
        Trace.of(trace).named("INIT_TRANSPORTS").getFirst().get("capabilities").deepCopy();
    ArrayNode extensions = capabilities.putArray("headerExtensions");
    Trace.of(trace).named("INIT_TRANSPORTS").getFirst().get("capabilities").get("headerExtensions").forEach(e -> {
      if (!LEFT_OUT.contains(e.get("uri").asText())) {
        extensions.add(e);
      }
    });
    return capabilities;
  }
}
