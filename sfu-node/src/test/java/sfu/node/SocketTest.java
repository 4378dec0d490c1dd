package sfu.node;

import static org.assertj.core.api.Assertions.assertThat;
import static sfu.node.TestNode.jwt;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sfu.protocol.signal.Json;

/** protocol.md, sections 2 and 3, against a running node. */
class SocketTest {

  @RegisterExtension static final TestNode NODE = new TestNode("CHANNEL_SIZE", "2", "MAX_BUF_IN", "65536");

  private static String credentials(String uuid, String jwt) {
    return Json.write(Map.of("channelUUID", uuid, "jwt", jwt));
  }

  private static Map<String, Object> joinClaims(String uuid, Object session) {
    return Map.of("sfu_channel_uuid", uuid, "session_id", session);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v1/anything", "/v1/noop", "/a/b?c=d"})
  void aSocketOpensOnAnyPathAndIsWelcomedByAnEmptyFrame(String path) throws Exception {
    String uuid = NODE.channel("path " + path, "");
    TestClient client = NODE.open(path);
    client.send(credentials(uuid, jwt(joinClaims(uuid, 1))));
    client.welcome();
    client.expect("INIT_TRANSPORTS");
    client.close(1000);
    assertThat(client.closeCode()).isEqualTo(1000);
  }

  @Test
  void aTokenAloneJoinsItsChannel() throws Exception {
    String uuid = NODE.channel("old client", "");
    NODE.open().send(Json.write(jwt(joinClaims(uuid, 1)))).welcome().close(1000);
  }

  @Test
  void aChannelWithItsOwnKeyTakesTokensUnderThatKeyAlone() throws Exception {
    byte[] key = "own key".getBytes(StandardCharsets.UTF_8);
    String uuid =
        TestNode.json(
                NODE.send(
                    "GET", "/v1/channel", null, "Authorization",
                    "Bearer " + jwt(Map.of("iss", "own", "key", Base64.getEncoder().encodeToString(key)))))
            .get("uuid")
            .textValue();

    NODE.open().send(credentials(uuid, jwt(joinClaims(uuid, 1), key))).welcome().close(1000);
    NODE.open().send(credentials(uuid, jwt(Map.of("session_id", 1), key))).welcome().close(1000);
    assertThat(NODE.open().send(credentials(uuid, jwt(joinClaims(uuid, 1)))).closeCode()).isEqualTo(4106);
    assertThat(NODE.open().send(Json.write(jwt(joinClaims(uuid, 1)))).closeCode()).isEqualTo(4106);
    assertThat(NODE.open().send(Json.write(jwt(joinClaims(uuid, 1), key))).closeCode()).isEqualTo(4106);
  }

  @Test
  void whoCantAuthenticateIsClosedWith4106() throws Exception {
    String uuid = NODE.channel("strict", "");
    String other = NODE.channel("strict other", "");
    long now = Instant.now().getEpochSecond();
    for (String refused :
        new String[] {
          credentials(uuid, "nonsense"),
          credentials(uuid, jwt(joinClaims(uuid, 1), new byte[32])),
          credentials(uuid, jwt(Map.of("sfu_channel_uuid", uuid, "session_id", 1, "exp", now - 5))),
          credentials(uuid, jwt(Map.of("sfu_channel_uuid", uuid, "session_id", 1, "nbf", now + 50))),
          credentials(uuid, jwt(Map.of("sfu_channel_uuid", uuid, "session_id", 1, "iat", now + 90))),
          credentials(uuid, jwt(Map.of("sfu_channel_uuid", uuid))),
          credentials("no-such-channel", jwt(joinClaims("no-such-channel", 1))),
          credentials(other, jwt(joinClaims(uuid, 1))),
          Json.write(jwt(Map.of("session_id", 1))),
          "{}",
          "[]",
          "{\"jwt\":5}",
          "null"
        }) {
      assertThat(NODE.open().send(refused).closeCode()).as(refused).isEqualTo(4106);
    }
  }

  @Test
  void credentialsThatAreNoJsonAreClosedWith1011() throws Exception {
    assertThat(NODE.open().send("hello").closeCode()).isEqualTo(1011);
    assertThat(NODE.open().send("").closeCode()).isEqualTo(1011);
  }

  static Stream<UnaryOperator<String>> encodings() {
    return Stream.of(
        part -> part,
        part -> part.replace('-', '+').replace('_', '/'),
        part -> part + "=".repeat((4 - part.length() % 4) % 4),
        part -> part.replace('-', '+').replace('_', '/') + "=".repeat((4 - part.length() % 4) % 4));
  }

  @ParameterizedTest
  @MethodSource("encodings")
  void partsOfATokenMayBeInEitherBase64PaddedOrNot(UnaryOperator<String> encoding) throws Exception {
    String uuid = NODE.channel("base64", "");
    // The label gives characters that the two alphabets write differently.
    String claims = Json.write(Map.of("sfu_channel_uuid", uuid, "session_id", 1, "label", "~~~???>>>ÿÿÿ"));
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String signed =
        encoding.apply(base64.encodeToString("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8)))
            + "."
            + encoding.apply(base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8)));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(TestNode.KEY, "HmacSHA256"));
    String signature = encoding.apply(base64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII))));

    NODE.open().send(credentials(uuid, signed + "." + signature)).welcome().close(1000);
  }

  @Test
  void anUnsignedTokenIsRefused() throws Exception {
    String uuid = NODE.channel("none", "");
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String token =
        base64.encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8))
            + "."
            + base64.encodeToString(Json.write(joinClaims(uuid, 1)).getBytes(StandardCharsets.UTF_8))
            + ".";
    assertThat(NODE.open().send(credentials(uuid, token)).closeCode()).isEqualTo(4106);
  }

  @Test
  void anIatUpToAMinuteAheadIsAccepted() throws Exception {
    String uuid = NODE.channel("iat", "");
    long soon = Instant.now().getEpochSecond() + 50;
    NODE.open()
        .send(credentials(uuid, jwt(Map.of("sfu_channel_uuid", uuid, "session_id", 1, "iat", soon))))
        .welcome()
        .close(1000);
  }

  @Test
  void newerClaimsAndUnknownOnesAreAccepted() throws Exception {
    String uuid = NODE.channel("newer", "");
    Map<String, Object> claims =
        Map.of(
            "sfu_channel_uuid", uuid, "session_id", "s-1", "label", "Me", "user_id", 7, "ice_servers", new int[0],
            "permissions", Map.of("audioRecording", true), "unknown", Map.of("x", 1));
    NODE.open().send(credentials(uuid, jwt(claims))).welcome().close(1000);
  }

  @Test
  void aFullChannelIsClosedWith4109() throws Exception {
    String uuid = NODE.channel("full", "");
    NODE.participant(uuid, 1);
    NODE.participant(uuid, 2);
    assertThat(NODE.join(uuid, 3).closeCode()).isEqualTo(4109);
  }

  @Test
  void theSameSessionIdReplacesTheOldOneAlsoInAFullChannel() throws Exception {
    String uuid = NODE.channel("replace", "");
    TestClient old = NODE.participant(uuid, 1);
    TestClient other = NODE.participant(uuid, 2);

    TestClient again = NODE.participant(uuid, 1);

    assertThat(old.closeCode()).isEqualTo(4108);
    assertThat(other.expect("SESSION_LEAVE").at("/message/payload/sessionId").intValue()).isEqualTo(1);
    again.rest();
    assertThat(again.isOpen()).isTrue();
    assertThat(NODE.stats(uuid).at("/sessionsStats/count").intValue()).isEqualTo(2);
  }

  @Test
  void aSocketThatIsCutLeavesItsChannel() throws Exception {
    String uuid = NODE.channel("cut", "");
    TestClient cut = NODE.participant(uuid, 1);
    TestClient other = NODE.participant(uuid, "other");
    cut.abort();
    assertThat(other.expect("SESSION_LEAVE").at("/message/payload").toString()).isEqualTo("{\"sessionId\":1}");
  }

  @Test
  void aMessageBeyondTheLimitIsClosedWithACodeThatLetsTheClientReconnect() throws Exception {
    assertThat(NODE.open().send("x".repeat(70_000)).closeCode()).isEqualTo(1009);
  }

  @Test
  void theOperatorClosesAllSessionsAndTheServiceStays() throws Exception {
    String uuid = NODE.channel("operator", "");
    TestClient client = NODE.participant(uuid, 1);
    NODE.node().closeAllSessions();
    assertThat(client.closeCode()).isEqualTo(4108);
    NODE.participant(uuid, 1).close(1000);
  }
}
