package sfu.protocol.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sfu.protocol.signal.Json;
import sfu.protocol.signal.SessionId;

class ClaimsTest {

  @Test
  void channelIsAskedForByItsIssuerAndMayBringAKey() {
    assertThat(ChannelClaims.of(claims("{\"iss\":\"odoo\",\"key\":\"a2V5\"}")))
        .isEqualTo(new ChannelClaims("odoo", "a2V5"));
    assertThat(ChannelClaims.of(claims("{\"iss\":7,\"key\":null}"))).isEqualTo(new ChannelClaims(null, null));
    assertThat(ChannelClaims.of(claims("{\"iss\":\"\"}")).iss()).isNull();
    assertThat(ChannelClaims.of(claims("{\"key\":\"a2V5\"}")).toString()).doesNotContain("a2V5");
  }

  @Test
  void participantIsWhoTheTokenSays() {
    JoinClaims join =
        JoinClaims.of(
            claims(
                """
                {"sfu_channel_uuid":"u","session_id":7,"ice_servers":[{"urls":"stun:s"}],"label":"Eve","user_id":3,
                 "permissions":{"audioRecording":true,"transcription":"yes"},"unknown":1}
                """));
    assertThat(join.channelUuid()).isEqualTo("u");
    assertThat(join.sessionId()).isEqualTo(SessionId.of(7));
    assertThat(join.sessionId().numeric()).isTrue();
    assertThat(join.iceServers()).hasSize(1);
    assertThat(join.label()).isEqualTo("Eve");
    assertThat(join.userId()).isEqualTo("3");
    assertThat(join.permissions()).isEqualTo(new JoinClaims.Permissions(true, false, false));
  }

  @Test
  void claimsOfOtherTypesCountAsAbsent() {
    JoinClaims join =
        JoinClaims.of(claims("{\"sfu_channel_uuid\":7,\"session_id\":{},\"label\":[],\"permissions\":\"all\"}"));
    assertThat(join)
        .isEqualTo(new JoinClaims(null, null, null, null, null, new JoinClaims.Permissions(false, false, false)));
  }

  @Test
  void disconnectNamesSessionsByChannel() {
    assertThat(
            DisconnectClaims.of(
                    claims("{\"sessionIdsByChannel\":{\"a\":[1,\"2\",null,{}],\"b\":7,\"c\":[]}}"))
                .sessionIdsByChannel())
        .isEqualTo(Map.of("a", List.of(SessionId.of(1), SessionId.of("2")), "c", List.of()));
    assertThat(DisconnectClaims.of(claims("{}")).sessionIdsByChannel()).isEmpty();
    assertThat(DisconnectClaims.of(claims("{\"sessionIdsByChannel\":[1]}")).sessionIdsByChannel()).isEmpty();
  }

  private static Claims claims(String json) {
    return new Claims((ObjectNode) Json.parse(json).orElseThrow());
  }
}
