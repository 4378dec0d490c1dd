package sfu.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static sfu.node.TestNode.json;
import static sfu.node.TestNode.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sfu.node.TestClient;
import sfu.node.TestNode;

/** protocol.md, section 1, behind a proxy. */
class ProxyTest {

  @RegisterExtension static final TestNode NODE = new TestNode("PROXY", "true");

  private static JsonNode createFrom(String forwardedFor, String issuer) throws Exception {
    return json(
        NODE.send(
            "GET", "/v1/channel", null,
            "Authorization", "Bearer " + jwt(Map.of("iss", issuer)),
            "X-Forwarded-For", forwardedFor,
            "X-Forwarded-Host", "sfu.example.com, inner", "X-Forwarded-Proto", "https,http"));
  }

  @Test
  void hostProtoAndRemoteAddressAreTheFirstForwardedOnes() throws Exception {
    JsonNode channel = createFrom("203.0.113.5, 10.0.0.1", "a");
    assertThat(channel.get("url").textValue()).isEqualTo("https://sfu.example.com");
    assertThat(NODE.stats(channel.get("uuid").textValue()).get("remoteAddress").textValue()).isEqualTo("203.0.113.5");
  }

  @Test
  void theSameIssuerFromAnotherAddressGetsAnotherChannel() throws Exception {
    assertThat(createFrom("203.0.113.5", "b")).isEqualTo(createFrom("203.0.113.5", "b"));
    assertThat(createFrom("203.0.113.5", "b")).isNotEqualTo(createFrom("203.0.113.6", "b"));
  }

  @Test
  void onlyTheAddressThatCreatedAChannelMayDisconnectItsSessions() throws Exception {
    String uuid = createFrom("203.0.113.5", "c").get("uuid").textValue();
    TestClient client = NODE.participant(uuid, 1);
    String token = jwt(Map.of("sessionIdsByChannel", Map.of(uuid, new int[] {1})));

    assertThat(NODE.send("POST", "/v1/disconnect", token, "X-Forwarded-For", "203.0.113.6").statusCode()).isEqualTo(200);
    client.rest();
    assertThat(client.isOpen()).isTrue();

    assertThat(NODE.send("POST", "/v1/disconnect", token, "X-Forwarded-For", "203.0.113.5").statusCode()).isEqualTo(200);
    assertThat(client.closeCode()).isEqualTo(4108);
  }

  @Test
  void withoutForwardedHeadersTheAddressesAreOurOwn() throws Exception {
    JsonNode channel =
        json(NODE.send("GET", "/v1/channel", null, "Authorization", "Bearer " + jwt(Map.of("iss", "d"))));
    assertThat(channel.get("url").textValue()).isEqualTo("http://127.0.0.1:" + NODE.port());
  }
}
