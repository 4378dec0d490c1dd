package sfu.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static sfu.node.TestNode.json;
import static sfu.node.TestNode.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sfu.node.TestClient;
import sfu.node.TestNode;
import sfu.protocol.signal.Json;

/** protocol.md, section 1, against a running node. */
class HttpApiTest {

  @RegisterExtension static final TestNode NODE = new TestNode();

  private static HttpResponse<String> createChannel(String authorization, String query) throws Exception {
    return NODE.send("GET", "/v1/channel" + query, null, "Authorization", authorization);
  }

  @Test
  void noopAnswersOk() throws Exception {
    HttpResponse<String> response = NODE.send("GET", "/v1/noop", null);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"result\":\"ok\"}");
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v1", "/v1/noop/", "/v2/noop", "/demo/", "/demo/token"})
  void anUnknownPathIs404(String path) throws Exception {
    assertThat(NODE.send("GET", path, null).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/noop, 405",
    "HEAD, /v1/noop, 405",
    "PUT, /v1/stats, 405",
    "POST, /v1/channel, 405",
    "GET, /v1/disconnect, 405",
    "HEAD, /v1/disconnect, 405",
    "OPTIONS, /v1/noop, 404",
    "OPTIONS, /v1/channel, 404"
  })
  void anotherMethodIs405AndOptions404(String method, String path, int status) throws Exception {
    HttpResponse<String> response = NODE.send(method, path, null);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().map()).doesNotContainKey("access-control-allow-origin");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer", "jwt", "bearer", "Anything"})
  void channelTakesAnySchemeWord(String scheme) throws Exception {
    HttpResponse<String> response = createChannel(scheme + " " + jwt(Map.of("iss", "scheme")), "");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(json(response).get("uuid").textValue()).hasSize(36);
    assertThat(json(response).get("url").textValue()).isEqualTo("http://127.0.0.1:" + NODE.port());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "=", "=="})
  void theTokenOfAChannelMayBeInStandardBase64Padded(String padding) throws Exception {
    // A header that needs this padding, and claims and a key for which the alphabets differ.
    String header = "{\"alg\":\"HS256\"}" + " ".repeat(padding.length() == 0 ? 0 : 3 - padding.length());
    String claims = Json.write(Map.of("iss", "~~~???>>>ÿÿÿ" + padding));
    Base64.Encoder base64 = Base64.getEncoder();
    String signed =
        base64.encodeToString(header.getBytes(StandardCharsets.UTF_8))
            + "."
            + base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
    assertThat(signed.substring(0, signed.indexOf('.')).replaceAll("[^=]", "")).isEqualTo(padding);
    assertThat(signed).containsAnyOf("+", "/");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(TestNode.KEY, "HmacSHA256"));
    String signature = base64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));

    for (String scheme : List.of("Bearer", "jwt")) {
      assertThat(createChannel(scheme + " " + signed + "." + signature, "").statusCode()).as(scheme).isEqualTo(200);
    }
  }

  @Test
  void creationIsIdempotentPerIssuer() throws Exception {
    String first = NODE.channel("idempotent", "");
    assertThat(NODE.channel("idempotent", "")).isEqualTo(first);
    assertThat(NODE.channel("another", "")).isNotEqualTo(first);
  }

  @Test
  void channelWithoutTokenOrWithABadOneIs401() throws Exception {
    assertThat(NODE.send("GET", "/v1/channel", null).statusCode()).isEqualTo(401);
    assertThat(createChannel("Bearer", "").statusCode()).isEqualTo(401);
    assertThat(createChannel("Bearer nonsense", "").statusCode()).isEqualTo(401);
    assertThat(createChannel("Bearer " + jwt(Map.of("iss", "x"), new byte[32]), "").statusCode()).isEqualTo(401);
    long past = Instant.now().getEpochSecond() - 10;
    assertThat(createChannel("Bearer " + jwt(Map.of("iss", "x", "exp", past)), "").statusCode()).isEqualTo(401);
  }

  @Test
  void channelWithoutIssuerIs403() throws Exception {
    assertThat(createChannel("Bearer " + jwt(Map.of("sub", "x")), "").statusCode()).isEqualTo(403);
  }

  @Test
  void webRtcFalseMakesAChannelWithoutMediaAndUnknownParametersAreIgnored() throws Exception {
    String uuid = NODE.channel("silent", "?webRTC=false&recordingAddress=http%3A%2F%2Fodoo%2Frec&x=y&z");
    assertThat(NODE.stats(uuid).get("webRtcEnabled").booleanValue()).isFalse();
    assertThat(NODE.stats(NODE.channel("loud", "?webRTC=true")).get("webRtcEnabled").booleanValue()).isTrue();
  }

  @Test
  void withoutProxyForwardedHeadersAreIgnored() throws Exception {
    HttpResponse<String> response =
        NODE.send(
            "GET", "/v1/channel", null,
            "Authorization", "Bearer " + jwt(Map.of("iss", "direct")),
            "X-Forwarded-Host", "evil.example.com", "X-Forwarded-Proto", "https", "X-Forwarded-For", "203.0.113.5");
    assertThat(json(response).get("url").textValue()).isEqualTo("http://127.0.0.1:" + NODE.port());
    assertThat(NODE.stats(json(response).get("uuid").textValue()).get("remoteAddress").textValue())
        .isEqualTo("127.0.0.1");
  }

  @Test
  void statsHaveOneEntryAChannelInTheContractsShape() throws Exception {
    String uuid = NODE.channel("stats", "");
    TestClient client = NODE.participant(uuid, 1);
    client.say("C_INFO_CHANGE", Map.of("info", Map.of("isCameraOn", true, "isScreenSharingOn", true)));
    client.rest();

    JsonNode entry = NODE.stats(uuid);
    assertThat(entry.properties().stream().map(Map.Entry::getKey))
        .containsExactlyInAnyOrder("createDate", "uuid", "remoteAddress", "sessionsStats", "webRtcEnabled");
    assertThat(entry.get("createDate").textValue()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(entry.get("remoteAddress").textValue()).isEqualTo("127.0.0.1");
    assertThat(entry.get("sessionsStats").toString())
        .isEqualTo(
            "{\"incomingBitRate\":{\"audio\":0,\"camera\":0,\"screen\":0,\"total\":0},"
                + "\"count\":1,\"cameraCount\":1,\"screenCount\":1}");
    client.close(1000);
  }

  @Test
  void statsAreAnArray() throws Exception {
    String one = NODE.channel("stats one", "");
    String two = NODE.channel("stats two", "");
    HttpResponse<String> response = NODE.send("GET", "/v1/stats", null);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(StreamSupport.stream(json(response).spliterator(), false).map(e -> e.get("uuid").textValue()))
        .contains(one, two)
        .doesNotHaveDuplicates();
  }

  @Test
  void disconnectKicksTheSessionsItNamesAndSkipsTheRest() throws Exception {
    String uuid = NODE.channel("kick", "");
    TestClient kicked = NODE.participant(uuid, 1);
    TestClient named = NODE.participant(uuid, "two");
    TestClient stays = NODE.participant(uuid, 3);

    HttpResponse<String> response =
        NODE.send(
            "POST",
            "/v1/disconnect",
            jwt(Map.of("sessionIdsByChannel", Map.of(uuid, List.of(1, "two", 99), "unknown", List.of(1)))),
            "Content-Type", "application/json");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(kicked.closeCode()).isEqualTo(4108);
    assertThat(named.closeCode()).isEqualTo(4108);
    stays.expect("SESSION_LEAVE");
    assertThat(stays.isOpen()).isTrue();
    stays.close(1000);
  }

  @Test
  void disconnectWithABadTokenIs422AndWithoutABody400() throws Exception {
    assertThat(NODE.send("POST", "/v1/disconnect", "nonsense").statusCode()).isEqualTo(422);
    assertThat(NODE.send("POST", "/v1/disconnect", jwt(Map.of(), new byte[32])).statusCode()).isEqualTo(422);
    assertThat(NODE.send("POST", "/v1/disconnect", null).statusCode()).isEqualTo(400);
    assertThat(NODE.send("POST", "/v1/disconnect", "").statusCode()).isEqualTo(400);
  }

  @Test
  void disconnectWithoutTheClaimDoesNothing() throws Exception {
    assertThat(NODE.send("POST", "/v1/disconnect", jwt(Map.of("sessionIdsByChannel", 5))).statusCode()).isEqualTo(200);
    assertThat(NODE.send("POST", "/v1/disconnect", jwt(Map.of())).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/json", "application/x-www-form-urlencoded", "weird;;type"})
  void disconnectTakesItsBodyWhateverTheContentType(String contentType) throws Exception {
    assertThat(NODE.send("POST", "/v1/disconnect", jwt(Map.of()), "Content-Type", contentType).statusCode())
        .isEqualTo(200);
  }

  @Test
  void aBodyThatIsTooLongIsRefused() throws Exception {
    assertThat(NODE.send("POST", "/v1/disconnect", "x".repeat(200_000)).statusCode()).isEqualTo(413);
  }
}
