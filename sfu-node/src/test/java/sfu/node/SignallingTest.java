package sfu.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sfu.protocol.signal.Json;

/** protocol.md, sections 4 and 5 as far as signalling goes, against a running node with real workers. */
class SignallingTest {

  @RegisterExtension static final TestNode NODE = new TestNode("VIDEO_CODECS", "VP8,H264_1_2cb");

  private static final Map<String, Object> DTLS =
      Map.of(
          "dtlsParameters",
          Map.of(
              "role", "client",
              "fingerprints", List.of(Map.of("algorithm", "sha-256", "value", "AB:".repeat(31) + "AB"))));

  private static Map<String, Object> audio(long ssrc) {
    return Map.of(
        "type", "audio",
        "kind", "audio",
        "rtpParameters",
            Map.of(
                "mid", "0",
                "codecs",
                    List.of(
                        Map.of("mimeType", "audio/opus", "payloadType", 111, "clockRate", 48000, "channels", 2,
                            "parameters", Map.of("minptime", 10), "rtcpFeedback", List.of())),
                "headerExtensions",
                    List.of(Map.of("uri", "urn:ietf:params:rtp-hdrext:sdes:mid", "id", 4, "encrypt", false,
                        "parameters", Map.of())),
                "encodings", List.of(Map.of("ssrc", ssrc)),
                "rtcp", Map.of("cname", "c", "reducedSize", true)));
  }

  private static Map<String, Object> video(String type, String mid, long ssrc) {
    return Map.of(
        "type", type,
        "kind", "video",
        "rtpParameters",
            Map.of(
                "mid", mid,
                "codecs",
                    List.of(
                        Map.of("mimeType", "video/VP8", "payloadType", 96, "clockRate", 90000,
                            "parameters", Map.of(), "rtcpFeedback", List.of()),
                        Map.of("mimeType", "video/rtx", "payloadType", 97, "clockRate", 90000,
                            "parameters", Map.of("apt", 96), "rtcpFeedback", List.of())),
                "headerExtensions",
                    List.of(Map.of("uri", "urn:ietf:params:rtp-hdrext:sdes:mid", "id", 4, "encrypt", false,
                        "parameters", Map.of())),
                "encodings", List.of(Map.of("ssrc", ssrc, "rtx", Map.of("ssrc", ssrc + 1))),
                "rtcp", Map.of("cname", "", "reducedSize", true)));
  }

  private static String produce(TestClient client, Map<String, Object> producer) {
    JsonNode answer = client.request("INIT_PRODUCER", producer);
    assertThat(answer.at("/message/id").asText()).hasSize(36);
    return answer.at("/message/id").textValue();
  }

  private static List<String> names(List<JsonNode> payloads) {
    return payloads.stream().map(p -> p.at("/message/name").asText()).toList();
  }

  @Test
  void initTransportsHasWhatAClientNeeds() throws Exception {
    TestClient client = NODE.join(NODE.channel("transports", ""), 1).welcome();
    JsonNode request = client.expect("INIT_TRANSPORTS");
    assertThat(request.get("needResponse").textValue()).startsWith("s_");
    JsonNode payload = request.at("/message/payload");
    assertThat(payload.properties().stream().map(Map.Entry::getKey))
        .containsExactlyInAnyOrder("capabilities", "stcConfig", "ctsConfig", "producerOptionsByKind");
    assertThat(payload.at("/capabilities/codecs").findValuesAsText("mimeType"))
        .containsExactly(
            "audio/opus", "audio/PCMU", "audio/PCMA", "video/VP8", "video/rtx", "video/H264", "video/rtx");
    for (String config : List.of("stcConfig", "ctsConfig")) {
      JsonNode transport = payload.get(config);
      assertThat(transport.at("/iceParameters/iceLite").booleanValue()).isTrue();
      assertThat(transport.at("/dtlsParameters/role").textValue()).isEqualTo("auto");
      JsonNode udp = transport.at("/iceCandidates/0");
      JsonNode tcp = transport.at("/iceCandidates/1");
      assertThat(udp.get("protocol").textValue()).isEqualTo("udp");
      assertThat(udp.get("ip").textValue()).isEqualTo("127.0.0.1");
      assertThat(udp.get("port").intValue()).isBetween(40_000, 49_999);
      assertThat(tcp.get("protocol").textValue()).isEqualTo("tcp");
      assertThat(tcp.get("tcpType").textValue()).isEqualTo("passive");
      assertThat(udp.get("priority").longValue()).isGreaterThan(tcp.get("priority").longValue());
    }
    assertThat(payload.at("/stcConfig/id")).isNotEqualTo(payload.at("/ctsConfig/id"));
    client.close(1000);
  }

  @Test
  void aChannelWithoutMediaHasNoTransportsButCarriesMessages() throws Exception {
    String uuid = NODE.channel("no media", "?webRTC=false");
    TestClient one = NODE.join(uuid, 1).welcome();
    TestClient two = NODE.join(uuid, 2).welcome();
    assertThat(two.rest()).isEmpty();
    one.say("BROADCAST", "hello");
    assertThat(two.expect("BROADCAST").at("/message/payload").toString())
        .isEqualTo("{\"senderId\":1,\"message\":\"hello\"}");
    assertThat(one.request("INIT_PRODUCER", audio(5)).has("message")).isFalse();
    one.close(1000);
  }

  @Test
  void connectIsAnsweredWithoutAResult() throws Exception {
    TestClient client = NODE.participant(NODE.channel("connect", ""), 1);
    assertThat(client.request("CONNECT_CTS_TRANSPORT", DTLS).toString()).isEqualTo("{\"responseTo\":\"c_0_0\"}");
    assertThat(client.request("CONNECT_STC_TRANSPORT", DTLS).toString()).isEqualTo("{\"responseTo\":\"c_0_1\"}");
    client.close(1000);
  }

  @Test
  void aProducersStreamIsOfferedToOthersPresentAndToCome() throws Exception {
    String uuid = NODE.channel("produce", "");
    TestClient sender = NODE.participant(uuid, 1);
    TestClient present = NODE.participant(uuid, "two");

    String audioId = produce(sender, audio(1000));
    JsonNode offered = present.consumer();
    String cameraId = produce(sender, video("camera", "1", 2000));
    JsonNode camera = present.consumer();
    TestClient late = NODE.participant(uuid, 3);

    assertThat(offered.get("producerId").textValue()).isEqualTo(audioId);
    assertThat(offered.get("kind").textValue()).isEqualTo("audio");
    assertThat(offered.get("type").textValue()).isEqualTo("audio");
    assertThat(offered.get("sessionId").intValue()).isEqualTo(1);
    assertThat(offered.get("active").booleanValue()).isTrue();
    assertThat(offered.at("/rtpParameters/mid").textValue()).isEqualTo("0");
    assertThat(offered.at("/rtpParameters/codecs/0/payloadType").intValue()).isEqualTo(100);
    assertThat(camera.get("producerId").textValue()).isEqualTo(cameraId);
    assertThat(camera.at("/rtpParameters/mid").textValue()).isEqualTo("1");
    assertThat(camera.at("/rtpParameters/codecs/0/payloadType").intValue()).isEqualTo(101);
    assertThat(camera.at("/rtpParameters/encodings/0/ssrc").longValue())
        .isNotEqualTo(camera.at("/rtpParameters/encodings/0/rtx/ssrc").longValue());
    assertThat(camera.at("/rtpParameters/rtcp/cname")).isEqualTo(offered.at("/rtpParameters/rtcp/cname"));
    assertThat(List.of(late.consumer().get("producerId").textValue(), late.consumer().get("producerId").textValue()))
        .containsExactlyInAnyOrder(audioId, cameraId);
    assertThat(names(late.rest())).doesNotContain("INIT_CONSUMER");
    assertThat(names(present.rest())).doesNotContain("INIT_CONSUMER");
    assertThat(names(sender.rest())).doesNotContain("INIT_CONSUMER");
    sender.close(1000);
  }

  @Test
  void twoQuickProducersGiveOneConsumerEach() throws Exception {
    String uuid = NODE.channel("quick", "");
    TestClient sender = NODE.participant(uuid, 1);
    TestClient viewer = NODE.participant(uuid, 2);
    sender.send(
        Json.write(
            List.of(
                Map.of("message", Map.of("name", "INIT_PRODUCER", "payload", audio(1000)), "needResponse", "c_9_0"),
                Map.of(
                    "message", Map.of("name", "INIT_PRODUCER", "payload", video("camera", "1", 2000)),
                    "needResponse", "c_9_1"))));
    assertThat(List.of(viewer.consumer().get("type").textValue(), viewer.consumer().get("type").textValue()))
        .containsExactlyInAnyOrder("audio", "camera");
    assertThat(names(viewer.rest())).doesNotContain("INIT_CONSUMER");
    sender.close(1000);
  }

  @Test
  void aConsumerIsOfferedBeforeTheFormerOneIsAnswered() throws Exception {
    String uuid = NODE.channel("unanswered", "");
    TestClient sender = NODE.participant(uuid, 1);
    produce(sender, audio(1000));
    produce(sender, video("camera", "1", 2000));
    TestClient viewer = NODE.participant(uuid, 2);
    viewer.expect("INIT_CONSUMER");
    assertThat(viewer.request("CONNECT_STC_TRANSPORT", DTLS).has("responseTo")).isTrue();
    viewer.expect("INIT_CONSUMER");
    sender.close(1000);
  }

  @Test
  void aSecondProducerOfATypeReplacesTheFirst() throws Exception {
    String uuid = NODE.channel("second", "");
    TestClient sender = NODE.participant(uuid, 1);
    TestClient viewer = NODE.participant(uuid, 2);
    String first = produce(sender, video("camera", "0", 1000));
    assertThat(viewer.consumer().get("producerId").textValue()).isEqualTo(first);
    String second = produce(sender, video("camera", "1", 2000));
    assertThat(viewer.consumer().get("producerId").textValue()).isEqualTo(second).isNotEqualTo(first);
    TestClient late = NODE.participant(uuid, 3);
    assertThat(late.consumer().get("producerId").textValue()).isEqualTo(second);
    assertThat(names(late.rest())).doesNotContain("INIT_CONSUMER");
    sender.close(1000);
  }

  @Test
  void aViewerWithoutACommonCodecGetsNoConsumerAndNoError() throws Exception {
    String uuid = NODE.channel("codecs", "");
    TestClient sender = NODE.participant(uuid, 1);
    produce(sender, video("camera", "0", 1000));
    TestClient viewer = NODE.join(uuid, 2).welcome();
    JsonNode request = viewer.expect("INIT_TRANSPORTS");
    viewer.answer(request, Map.of("codecs", List.of(), "headerExtensions", List.of()));
    assertThat(names(viewer.rest())).doesNotContain("INIT_CONSUMER");
    assertThat(viewer.isOpen()).isTrue();
    sender.close(1000);
  }

  @Test
  void aProducerThatIsRefusedIsAnsweredWithoutAResult() throws Exception {
    TestClient client = NODE.participant(NODE.channel("refused", ""), 1);
    Map<String, Object> wrongKind = new java.util.HashMap<>(audio(1));
    wrongKind.put("type", "camera");
    assertThat(client.request("INIT_PRODUCER", wrongKind).has("message")).isFalse();
    assertThat(client.request("INIT_PRODUCER", Map.of("type", "hologram")).has("message")).isFalse();
    assertThat(client.request("INIT_PRODUCER", null).has("message")).isFalse();
    client.close(1000);
  }

  @Test
  void cameraAndScreenSetTheInfoAsTheyStartPauseAndResume() throws Exception {
    String uuid = NODE.channel("activity", "");
    TestClient sender = NODE.participant(uuid, 1);
    TestClient viewer = NODE.participant(uuid, 2);
    produce(sender, video("camera", "0", 1000));
    viewer.consumer();
    assertThat(viewer.expect("S_INFO_CHANGE").at("/message/payload").toString())
        .isEqualTo("{\"1\":{\"isCameraOn\":true}}");
    sender.say("PRODUCTION_CHANGE", Map.of("type", "camera", "active", false));
    assertThat(viewer.expect("S_INFO_CHANGE").at("/message/payload").toString())
        .isEqualTo("{\"1\":{\"isCameraOn\":false}}");
    assertThat(NODE.participant(uuid, 3).consumer().get("active").booleanValue()).isFalse();
    sender.say("PRODUCTION_CHANGE", Map.of("type", "camera", "active", true));
    assertThat(viewer.expect("S_INFO_CHANGE").at("/message/payload").toString())
        .isEqualTo("{\"1\":{\"isCameraOn\":true}}");
    produce(sender, video("screen", "1", 2000));
    assertThat(viewer.expect("S_INFO_CHANGE").at("/message/payload").toString())
        .isEqualTo("{\"1\":{\"isCameraOn\":true,\"isScreenSharingOn\":true}}");
    assertThat(names(viewer.rest()).stream().filter("INIT_CONSUMER"::equals)).hasSize(1);
    sender.close(1000);
  }

  @Test
  void anInfoChangeGoesToAllOthersAndARefreshBringsTheirs() throws Exception {
    String uuid = NODE.channel("info", "");
    TestClient one = NODE.participant(uuid, 1);
    TestClient two = NODE.participant(uuid, "two");
    one.say(
        "C_INFO_CHANGE",
        Map.of("info", Map.of("isTalking", 1, "isDeaf", "", "isRaisingHand", true, "isAdmin", true)));
    assertThat(two.expect("S_INFO_CHANGE").at("/message/payload").toString())
        .isEqualTo("{\"1\":{\"isTalking\":true,\"isDeaf\":false,\"isRaisingHand\":true}}");
    two.say("C_INFO_CHANGE", Map.of("info", Map.of("isSelfMuted", true), "needRefresh", true));
    assertThat(two.expect("S_INFO_CHANGE").at("/message/payload").toString())
        .isEqualTo("{\"1\":{\"isTalking\":true,\"isDeaf\":false,\"isRaisingHand\":true}}");
    assertThat(one.expect("S_INFO_CHANGE").at("/message/payload").toString())
        .isEqualTo("{\"two\":{\"isSelfMuted\":true}}");
    assertThat(one.rest()).isEmpty();
    one.close(1000);
  }

  @Test
  void aBroadcastIsAnyJsonAndGoesToAllOthers() throws Exception {
    String uuid = NODE.channel("broadcast", "");
    TestClient one = NODE.participant(uuid, 1);
    TestClient two = NODE.participant(uuid, 2);
    one.send("[{\"message\":{\"name\":\"BROADCAST\",\"payload\":{\"n\":1.5,\"t\":\"☃\"}}},"
        + "{\"message\":{\"name\":\"BROADCAST\",\"payload\":null}}]");
    assertThat(two.expect("BROADCAST").at("/message/payload").toString())
        .isEqualTo("{\"senderId\":1,\"message\":{\"n\":1.5,\"t\":\"☃\"}}");
    assertThat(two.expect("BROADCAST").at("/message/payload").toString())
        .isEqualTo("{\"senderId\":1,\"message\":null}");
    assertThat(one.rest()).isEmpty();
    one.close(1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "\"7\"", "\"anna\""})
  void aSessionIdComesOutOfEveryMessageAsTheTypeThatItCameInAs(String id) throws Exception {
    String uuid = NODE.channel("id " + id, "");
    TestClient viewer = NODE.participant(uuid, "viewer");
    TestClient sender = NODE.participant(uuid, Json.MAPPER.treeToValue(Json.parse(id).orElseThrow(), Object.class));
    produce(sender, audio(1000));
    assertThat(viewer.consumer().get("sessionId").toString()).isEqualTo(id);
    sender.say("C_INFO_CHANGE", Map.of("info", Map.of("isDeaf", true)));
    assertThat(viewer.expect("S_INFO_CHANGE").at("/message/payload").toString())
        .isEqualTo("{\"" + id.replace("\"", "") + "\":{\"isDeaf\":true}}");
    sender.say("BROADCAST", 1);
    assertThat(viewer.expect("BROADCAST").at("/message/payload/senderId").toString()).isEqualTo(id);
    sender.close(1000);
    assertThat(viewer.expect("SESSION_LEAVE").at("/message/payload/sessionId").toString()).isEqualTo(id);
    viewer.close(1000);
  }

  @Test
  void nonsenseIsDroppedAndTheSocketStaysOpen() throws Exception {
    TestClient client = NODE.participant(NODE.channel("nonsense", ""), 1);
    for (String nonsense :
        List.of("", "hello", "{}", "null", "[1,null,\"x\",[]]", "[{\"message\":5}]", "[".repeat(5000),
            "[{\"responseTo\":\"s_0_99\"}]", "[{\"needResponse\":{}}]",
            "[{\"message\":{\"name\":\"C_INFO_CHANGE\",\"payload\":5}}]",
            "[{\"message\":{\"name\":\"CONSUMPTION_CHANGE\",\"payload\":{\"sessionId\":{},\"states\":[]}}}]",
            "[{\"message\":{\"name\":\"PRODUCTION_CHANGE\"}}]")) {
      client.send(nonsense);
    }
    client.sendBinary("[]".getBytes(StandardCharsets.UTF_8));
    assertThat(client.request("NO_SUCH_REQUEST", Map.of("x", 1)).toString()).isEqualTo("{\"responseTo\":\"c_0_0\"}");
    assertThat(client.isOpen()).isTrue();
    client.close(1000);
  }

  @Test
  void joiningAFullRoomCostsFewFrames() throws Exception {
    String uuid = NODE.channel("few frames", "");
    for (int i = 0; i < 20; i++) {
      produce(NODE.participant(uuid, i), audio(1000 + i));
    }
    TestClient viewer = NODE.join(uuid, "viewer").welcome();
    JsonNode request = Json.parse(viewer.frame()).orElseThrow().get(0);
    viewer.answer(request, request.at("/message/payload/capabilities"));
    int frames = 0;
    long consumers = 0;
    while (consumers < 20) {
      frames++;
      consumers +=
          StreamSupport.stream(Json.parse(viewer.frame()).orElseThrow().spliterator(), false)
              .filter(p -> p.at("/message/name").asText().equals("INIT_CONSUMER"))
              .count();
    }
    assertThat(frames).isLessThanOrEqualTo(6);
    viewer.close(1000);
  }
}
