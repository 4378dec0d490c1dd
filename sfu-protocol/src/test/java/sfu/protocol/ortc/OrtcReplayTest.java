package sfu.protocol.ortc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sfu.protocol.Trace;
import sfu.protocol.signal.Json;

/** What clients of a recorded call sent makes the consumers that the deployed server made of it. */
class OrtcReplayTest {

  private static final RtpCapabilities ALL = RouterCapabilities.all();

  private static final RtpCapabilities H264_ONLY =
      RouterCapabilities.of(RouterCapabilities.AUDIO_CODECS, List.of("H264_1_2cb"));

  @ParameterizedTest
  @CsvSource({
    "call-vp8-client1, call-vp8-client2, audio, s_1_0",
    "call-vp8-client1, call-vp8-client2, camera, s_1_0",
    "call-vp8-client2, call-vp8-client1, audio, s_0_0",
    "call-vp8-client2, call-vp8-client1, camera, s_0_0",
    "call-vp8-client2, call-vp8-client1, screen, s_0_0",
  })
  void consumerIsTheDeployedOne(String sender, String receiver, String type, String initId) {
    JsonNode viewer = Trace.of(receiver).answerTo(initId);
    assertThat(replay(Trace.of(sender).producer(type), viewer, Trace.of(receiver).consumer(type), ALL))
        .isEqualTo(expected(Trace.of(receiver).consumer(type)));
  }

  /** Only one side of this call was recorded, so its producer stands for the other's, which had the same browser. */
  @ParameterizedTest
  @CsvSource({"audio", "camera"})
  void consumerOfConstrainedBaselineIsTheDeployedOne(String type) {
    Trace trace = Trace.of("call-h264-client1");
    ObjectNode producer = trace.producer(type).deepCopy();
    ((ObjectNode) producer.get("rtpParameters"))
        .set("msid", trace.consumer(type).get("rtpParameters").get("msid"));
    assertThat(replay(producer, trace.answerTo("s_0_0"), trace.consumer(type), H264_ONLY))
        .isEqualTo(expected(trace.consumer(type)));
  }

  private static JsonNode replay(JsonNode initProducer, JsonNode viewer, JsonNode seen, RtpCapabilities router) {
    StreamType type = Json.read(initProducer.get("type"), StreamType.class).orElseThrow();
    MediaKind kind = Json.read(initProducer.get("kind"), MediaKind.class).orElseThrow();
    RtpParameters sent = Json.read(initProducer.get("rtpParameters"), RtpParameters.class).orElseThrow();
    ProducerCheck check = Ortc.validateProducer(type, kind, sent, router);
    assertThat(check).isInstanceOf(ProducerCheck.Ok.class);
    RtpParameters consumable = Ortc.consumable(((ProducerCheck.Ok) check).rtpParameters(), type, router);
    RtpParameters consumer =
        Ortc.consumerParameters(
                consumable,
                Json.read(viewer, RtpCapabilities.class).orElseThrow(),
                seen.at("/rtpParameters/mid").asText(),
                seen.at("/rtpParameters/encodings/0/ssrc").asLong(),
                seen.at("/rtpParameters/encodings/0/rtx/ssrc").asLong(),
                seen.at("/rtpParameters/rtcp/cname").asText())
            .orElseThrow();
    return Json.parse(Json.write(consumer)).orElseThrow();
  }

  /** The contract has RTCP multiplexed, which the recorded version of the server takes for granted. */
  private static JsonNode expected(JsonNode consumer) {
    ObjectNode parameters = consumer.get("rtpParameters").deepCopy();
    ((ObjectNode) parameters.get("rtcp")).put("mux", true);
    return parameters;
  }
}
