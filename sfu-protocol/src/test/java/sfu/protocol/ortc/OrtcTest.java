package sfu.protocol.ortc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import sfu.protocol.Trace;
import sfu.protocol.signal.Json;

class OrtcTest {

  private static final RtpCapabilities ROUTER = RouterCapabilities.all();
  private static final Trace CALL = Trace.of("call-vp8-client1");

  @Test
  void producerKeepsItsCodecWithRtxAndTheExtensionsTheRouterKnows() {
    RtpParameters camera = ok(StreamType.CAMERA, p -> p.withArray("codecs").addObject()
        .put("mimeType", "video/H264").put("payloadType", 103).put("clockRate", 90_000));
    assertThat(camera.codecs()).extracting(RtpCodecParameters::payloadType).containsExactly(96, 97);
    assertThat(camera.headerExtensions()).extracting(RtpHeaderExtensionParameters::id)
        .containsExactly(4, 10, 11, 2, 3, 13, 14, 15, 5);
    assertThat(camera.encodings()).extracting(RtpEncodingParameters::rid).containsExactly("r0", "r1", "r2");
    assertThat(camera.mid()).isEqualTo("1");
  }

  @Test
  void simulcastBySsrcNeedsNoRid() {
    RtpParameters camera = ok(StreamType.CAMERA, p -> {
      p.remove("mid");
      ArrayNode encodings = p.putArray("encodings");
      encodings.addObject().put("ssrc", 1).putObject("rtx").put("ssrc", 2);
      encodings.addObject().put("ssrc", 3).putObject("rtx").put("ssrc", 4);
    });
    assertThat(camera.encodings()).extracting(RtpEncodingParameters::ssrc).containsExactly(1L, 3L);
  }

  @Test
  void rtxSsrcWithoutRtxCodecIsDropped() {
    RtpParameters camera = ok(StreamType.CAMERA, p -> {
      p.withArray("codecs").remove(1);
      p.putArray("encodings").addObject().put("ssrc", 1).putObject("rtx").put("ssrc", 2);
    });
    assertThat(camera.encodings().getFirst().rtx()).isNull();
  }

  @Test
  void producerOfAnotherKindIsRefused() {
    assertThat(Ortc.validateProducer(StreamType.AUDIO, MediaKind.VIDEO, sent("camera", p -> {}), ROUTER))
        .isInstanceOf(ProducerCheck.Refused.class);
    assertThat(Ortc.validateProducer(StreamType.AUDIO, MediaKind.AUDIO, sent("camera", p -> {}), ROUTER))
        .isInstanceOf(ProducerCheck.Refused.class);
  }

  @Test
  void codecThatIsNotConfiguredIsRefused() {
    RtpCapabilities h264 = RouterCapabilities.of(List.of("opus"), List.of("H264"));
    assertThat(Ortc.validateProducer(StreamType.CAMERA, MediaKind.VIDEO, sent("camera", p -> {}), h264))
        .isInstanceOf(ProducerCheck.Refused.class);
  }

  @Test
  void h264IsComparedByProfileAndPacketizationMode() {
    RtpCapabilities baseline = RouterCapabilities.of(List.of("opus"), List.of("H264_1_2cb"));
    assertThat(Ortc.validateProducer(StreamType.CAMERA, MediaKind.VIDEO, h264("42e01f", 1), baseline))
        .isInstanceOf(ProducerCheck.Ok.class);
    assertThat(Ortc.validateProducer(StreamType.CAMERA, MediaKind.VIDEO, h264("42e00c", 0), baseline))
        .isInstanceOf(ProducerCheck.Refused.class);
    assertThat(Ortc.validateProducer(StreamType.CAMERA, MediaKind.VIDEO, h264("640028", 1), baseline))
        .isInstanceOf(ProducerCheck.Refused.class);
  }

  @Test
  void vp9IsComparedByProfile() {
    Consumer<ObjectNode> vp9 = p -> {
      ObjectNode codec = p.putArray("codecs").addObject();
      codec.put("mimeType", "video/vp9").put("payloadType", 98).put("clockRate", 90_000);
    };
    assertThat(check(StreamType.CAMERA, vp9)).isInstanceOf(ProducerCheck.Refused.class);
    assertThat(check(StreamType.CAMERA, vp9.andThen(p ->
            ((ObjectNode) p.at("/codecs/0")).putObject("parameters").put("profile-id", "2"))))
        .isInstanceOf(ProducerCheck.Ok.class);
  }

  @Test
  void whatCannotBeReceivedIsRefused() {
    refused("no encoding, or too many", StreamType.CAMERA, p -> p.putArray("encodings"));
    refused("no encoding, or too many", StreamType.CAMERA, p -> p.withArray("encodings").addObject().put("rid", "r3"));
    refused("no encoding, or too many", StreamType.AUDIO, p -> p.withArray("encodings").addObject().put("ssrc", 1));
    refused("an encoding with neither SSRC nor rid", StreamType.AUDIO, p -> encoding(p, 0).remove("ssrc"));
    refused("a rid that is no rid, or twice", StreamType.CAMERA, p -> encoding(p, 1).put("rid", "r0"));
    refused("a rid that is no rid, or twice", StreamType.CAMERA, p -> encoding(p, 1).put("rid", "r 0"));
    refused("a rid without a mid, or without their header extensions", StreamType.CAMERA, p -> p.remove("mid"));
    refused("a rid without a mid, or without their header extensions", StreamType.CAMERA, p ->
        p.withArray("headerExtensions").remove(1));
    refused("a rid without a mid, or without their header extensions", StreamType.CAMERA, p ->
        p.withArray("headerExtensions").remove(0));
    refused("an SSRC out of range, or twice", StreamType.AUDIO, p -> encoding(p, 0).put("ssrc", 0));
    refused("an SSRC out of range, or twice", StreamType.AUDIO, p -> encoding(p, 0).put("ssrc", 1L << 32));
    refused("an SSRC out of range, or twice", StreamType.CAMERA, p -> {
      encoding(p, 0).put("ssrc", 7);
      encoding(p, 1).put("ssrc", 7);
    });
    refused("an SSRC out of range, or twice", StreamType.CAMERA, p ->
        encoding(p, 0).put("ssrc", 7).putObject("rtx").put("ssrc", 7));
    refused("a negative bit rate", StreamType.CAMERA, p -> encoding(p, 0).put("maxBitrate", -1));
    refused("encodings of different codecs", StreamType.CAMERA, p -> encoding(p, 1).put("codecPayloadType", 97));
    refused("no codec", StreamType.CAMERA, p -> p.withArray("codecs").remove(0));
    refused("no codec", StreamType.CAMERA, p -> p.putArray("codecs"));
    refused("a payload type out of range", StreamType.AUDIO, p -> codec(p).put("payloadType", 72));
    refused("a payload type out of range", StreamType.AUDIO, p -> codec(p).put("payloadType", 128));
    refused("a payload type twice", StreamType.CAMERA, p -> codec(p).put("payloadType", 97));
    refused("a codec that the server doesn't take", StreamType.AUDIO, p -> codec(p).put("clockRate", 16_000));
    refused("a codec that the server doesn't take", StreamType.AUDIO, p -> codec(p).remove("channels"));
    refused("format parameters that are too long", StreamType.AUDIO, p ->
        codec(p).putObject("parameters").put("x", "y".repeat(2000)));
    refused("a header extension id out of range", StreamType.AUDIO, p -> extension(p).put("id", 0));
    refused("a header extension id out of range", StreamType.AUDIO, p -> extension(p).put("id", 256));
    refused("a header extension twice", StreamType.AUDIO, p -> extension(p).put("id", 2));
    refused("a mid that doesn't fit its header extension", StreamType.AUDIO, p -> p.put("mid", "m".repeat(17)));
    refused("an msid that is too long", StreamType.AUDIO, p -> p.put("msid", "m".repeat(257)));
    refused("a cname that is too long", StreamType.AUDIO, p -> p.putObject("rtcp").put("cname", "c".repeat(256)));
  }

  @Test
  void viewerWithoutTheCodecGetsNoConsumer() {
    assertThat(consumer(StreamType.CAMERA, viewer(v -> v.withArray("codecs").remove(3)))).isEmpty();
    assertThat(consumer(StreamType.AUDIO, viewer(v -> v.withArray("codecs").remove(3)))).isPresent();
    assertThat(consumer(StreamType.AUDIO, new RtpCapabilities(null, null))).isEmpty();
  }

  @Test
  void viewerWithoutRtxGetsTheCodecAlone() {
    RtpParameters camera = consumer(StreamType.CAMERA, viewer(v -> v.withArray("codecs").remove(4))).orElseThrow();
    assertThat(camera.codecs()).extracting(RtpCodecParameters::mimeType).containsExactly("video/VP8");
    assertThat(camera.encodings().getFirst().rtx()).isNull();
  }

  @Test
  void viewersOwnNumbersDoNotCount() {
    RtpParameters camera =
        consumer(StreamType.CAMERA, viewer(v -> {
          ((ObjectNode) v.at("/codecs/3")).put("preferredPayloadType", 120);
          ((ObjectNode) v.at("/codecs/4/parameters")).put("apt", 120);
        })).orElseThrow();
    assertThat(camera.codecs()).extracting(RtpCodecParameters::payloadType).containsExactly(101, 102);
  }

  @Test
  void bandwidthIsToldByRembWhereTransportCcIsMissing() {
    RtpParameters camera = consumer(StreamType.CAMERA, viewer(v -> v.withArray("headerExtensions").remove(2)))
        .orElseThrow();
    assertThat(camera.codecs().getFirst().rtcpFeedback())
        .containsExactly(
            new RtcpFeedback("goog-remb", ""),
            new RtcpFeedback("ccm", "fir"),
            new RtcpFeedback("nack", ""),
            new RtcpFeedback("nack", "pli"));
  }

  @Test
  void extensionThatTheViewerOnlySendsIsNotSentToIt() {
    RtpParameters camera =
        consumer(StreamType.CAMERA, viewer(v ->
                ((ObjectNode) v.at("/headerExtensions/4")).put("direction", "sendonly")))
            .orElseThrow();
    assertThat(camera.headerExtensions()).extracting(RtpHeaderExtensionParameters::id).containsExactly(1, 4, 5, 9, 11);
  }

  @Test
  void oneEncodingStaysOneSpatialLayer() {
    RtpParameters screen = ok(StreamType.SCREEN, p ->
        p.putArray("encodings").addObject()
            .put("ssrc", 9).put("scalabilityMode", "L1T2").putObject("rtx").put("ssrc", 10));
    RtpParameters consumer =
        Ortc.consumerParameters(
                Ortc.consumable(screen, StreamType.SCREEN, ROUTER), viewer(v -> {}), "7", 1, 0xffff_ffffL, "c")
            .orElseThrow();
    assertThat(consumer.encodings())
        .containsExactly(
            new RtpEncodingParameters(
                1L, null, new RtpEncodingParameters.Rtx(0xffff_ffffL), null, null, "L1T2", null, null, null));
    assertThat(consumer.rtcp()).isEqualTo(new RtcpParameters("c", true, true));
  }

  /** Whatever is missing or odd in what a client sends, the answer is one of two. */
  @Property(tries = 300)
  void damagedParametersAreAcceptedOrRefusedButNeverThrow(
      @ForAll @IntRange(max = 200) int victim,
      @ForAll String text,
      @ForAll long number,
      @ForAll @IntRange(max = 5) int how) {
    JsonNode init = CALL.producer("camera").deepCopy();
    damage(init.get("rtpParameters"), new int[] {victim}, text, number, how);
    Json.read(init.get("rtpParameters"), RtpParameters.class)
        .ifPresent(p -> {
          ProducerCheck check = Ortc.validateProducer(StreamType.CAMERA, MediaKind.VIDEO, p, ROUTER);
          if (check instanceof ProducerCheck.Ok(RtpParameters sent)) {
            Ortc.consumerParameters(
                Ortc.consumable(sent, StreamType.CAMERA, ROUTER), viewer(v -> {}), "0", 1, 2, "c");
          }
        });
    JsonNode viewer = CALL.answerTo("s_0_0").deepCopy();
    damage(viewer, new int[] {victim}, text, number, how);
    Json.read(viewer, RtpCapabilities.class).ifPresent(v -> consumer(StreamType.CAMERA, v));
  }

  /** Replaces the n-th value of a tree. */
  private static void damage(JsonNode tree, int[] countdown, String text, long number, int how) {
    if (tree instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : List.copyOf(object.properties())) {
        if (countdown[0]-- == 0) {
          switch (how) {
            case 0 -> object.remove(field.getKey());
            case 1 -> object.putNull(field.getKey());
            case 2 -> object.put(field.getKey(), text);
            case 3 -> object.put(field.getKey(), number);
            case 4 -> object.putArray(field.getKey()).addNull();
            default -> object.putObject(field.getKey()).put(text, number);
          }
          return;
        }
        damage(field.getValue(), countdown, text, number, how);
      }
    } else {
      tree.forEach(element -> damage(element, countdown, text, number, how));
    }
  }

  private static ObjectNode encoding(ObjectNode parameters, int index) {
    return (ObjectNode) parameters.get("encodings").get(index);
  }

  private static ObjectNode codec(ObjectNode parameters) {
    return (ObjectNode) parameters.get("codecs").get(0);
  }

  private static ObjectNode extension(ObjectNode parameters) {
    return (ObjectNode) parameters.get("headerExtensions").get(0);
  }

  private static void refused(String reason, StreamType type, Consumer<ObjectNode> change) {
    assertThat(check(type, change)).isEqualTo(new ProducerCheck.Refused(reason));
  }

  private static RtpParameters ok(StreamType type, Consumer<ObjectNode> change) {
    ProducerCheck check = check(type, change);
    assertThat(check).isInstanceOf(ProducerCheck.Ok.class);
    return ((ProducerCheck.Ok) check).rtpParameters();
  }

  private static ProducerCheck check(StreamType type, Consumer<ObjectNode> change) {
    return Ortc.validateProducer(
        type, type.kind(), sent(type == StreamType.AUDIO ? "audio" : "camera", change), ROUTER);
  }

  private static RtpParameters sent(String type, Consumer<ObjectNode> change) {
    ObjectNode parameters = CALL.producer(type).get("rtpParameters").deepCopy();
    change.accept(parameters);
    return Json.read(parameters, RtpParameters.class).orElseThrow();
  }

  private static RtpParameters h264(String profileLevelId, int packetizationMode) {
    return sent("camera", p -> {
      ObjectNode codec = p.putArray("codecs").addObject();
      codec.put("mimeType", "video/H264").put("payloadType", 108).put("clockRate", 90_000);
      codec.putObject("parameters")
          .put("profile-level-id", profileLevelId)
          .put("packetization-mode", packetizationMode);
    });
  }

  private static RtpCapabilities viewer(Consumer<ObjectNode> change) {
    ObjectNode capabilities = CALL.answerTo("s_0_0").deepCopy();
    change.accept(capabilities);
    return Json.read(capabilities, RtpCapabilities.class).orElseThrow();
  }

  private static Optional<RtpParameters> consumer(StreamType type, RtpCapabilities viewer) {
    RtpParameters consumable = Ortc.consumable(ok(type, p -> {}), type, ROUTER);
    return Ortc.consumerParameters(consumable, viewer, "0", 1, 2, "cname");
  }
}
