package sfu.protocol.signal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sfu.protocol.Trace;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.ortc.TransportConfig;

class ServerMessageTest {

  private static final Trace CALL = Trace.of("call-vp8-client1");

  @Test
  void initTransportsHasTheShapeOfTheDeployedServer() {
    JsonNode seen = CALL.named("INIT_TRANSPORTS").getFirst();
    ServerMessage.InitTransports message =
        new ServerMessage.InitTransports(
            Json.read(seen.get("capabilities"), RtpCapabilities.class).orElseThrow(),
            Json.read(seen.get("stcConfig"), TransportConfig.class).orElseThrow(),
            Json.read(seen.get("ctsConfig"), TransportConfig.class).orElseThrow(),
            ProducerOptions.byKind(4_000_000));
    assertThat(message.wireName()).isEqualTo("INIT_TRANSPORTS");
    assertThat(json(message.payload())).isEqualTo(seen);
  }

  @Test
  void initConsumerHasTheShapeOfTheDeployedServer() {
    JsonNode seen = CALL.consumer("camera");
    ServerMessage.InitConsumer message =
        new ServerMessage.InitConsumer(
            seen.get("id").asText(),
            MediaKind.VIDEO,
            seen.get("producerId").asText(),
            Json.read(seen.get("rtpParameters"), RtpParameters.class).orElseThrow(),
            SessionId.of(2),
            StreamType.CAMERA,
            true);
    assertThat(message.wireName()).isEqualTo("INIT_CONSUMER");
    assertThat(Json.write(message.payload())).isEqualTo(seen.toString());
  }

  @Test
  void broadcastOfNullIsNotABroadcastOfNothing() {
    SessionId sender = SessionId.of("1");
    assertThat(Json.write(new ServerMessage.Broadcast(sender, NullNode.getInstance()).payload()))
        .isEqualTo("{\"senderId\":\"1\",\"message\":null}");
    assertThat(Json.write(new ServerMessage.Broadcast(sender, null).payload())).isEqualTo("{\"senderId\":\"1\"}");
  }

  @Test
  void infoChangeIsAMapBySessionId() {
    assertThat(Json.write(new ServerMessage.InfoChange(Map.of("2", SessionInfo.cameraOn(true))).payload()))
        .isEqualTo("{\"2\":{\"isCameraOn\":true}}");
    assertThat(Json.write(new ServerMessage.InfoChange(Map.of("2", SessionInfo.UNSET)).payload()))
        .isEqualTo("{\"2\":{}}");
  }

  @Test
  void sessionLeaveNamesTheSessionAsItCame() {
    assertThat(Json.write(new ServerMessage.SessionLeave(SessionId.of(2)).payload())).isEqualTo("{\"sessionId\":2}");
  }

  private static JsonNode json(Object value) {
    return Json.parse(Json.write(value)).orElseThrow();
  }
}
