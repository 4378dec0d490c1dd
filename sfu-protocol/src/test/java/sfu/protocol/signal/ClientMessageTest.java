package sfu.protocol.signal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sfu.protocol.Trace;
import sfu.protocol.ortc.DtlsFingerprint;
import sfu.protocol.ortc.DtlsParameters;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.ClientMessage.Parsed;
import sfu.protocol.signal.ClientMessage.Refusal;

class ClientMessageTest {

  private static final List<String> NAMES =
      List.of(
          "CONNECT_CTS_TRANSPORT", "CONNECT_STC_TRANSPORT", "INIT_PRODUCER", "BROADCAST", "CONSUMPTION_CHANGE",
          "PRODUCTION_CHANGE", "C_INFO_CHANGE");

  @ParameterizedTest
  @ValueSource(strings = {"call-vp8-client1", "call-vp8-client2", "call-h264-client1"})
  void everythingARecordedClientSaidIsUnderstood(String trace) {
    assertThat(Trace.of(trace).payloads())
        .filteredOn(p -> p.from().equals("client") && !p.json().has("responseTo"))
        .isNotEmpty()
        .allSatisfy(p ->
            assertThat(ClientMessage.parse(p.name(), p.json().get("message").get("payload")))
                .isInstanceOf(Parsed.Accepted.class));
    assertThat(ClientMessage.parseCapabilities(Trace.of(trace).payloads().get(1).json().get("message"))).isPresent();
  }

  @Test
  void connectCarriesRoleAndFingerprints() {
    String dtls =
        "{\"dtlsParameters\":{\"role\":\"server\",\"fingerprints\":[{\"algorithm\":\"sha-256\",\"value\":\"A0\"}]}}";
    DtlsParameters parameters = new DtlsParameters("server", List.of(new DtlsFingerprint("sha-256", "A0")));
    assertThat(accepted("CONNECT_CTS_TRANSPORT", dtls)).isEqualTo(new ClientMessage.ConnectCts(parameters));
    assertThat(accepted("CONNECT_STC_TRANSPORT", dtls)).isEqualTo(new ClientMessage.ConnectStc(parameters));
    assertThat(accepted("CONNECT_STC_TRANSPORT", dtls.replace("\"role\":\"server\",", "")))
        .isEqualTo(new ClientMessage.ConnectStc(new DtlsParameters("auto", parameters.fingerprints())));
  }

  @Test
  void initProducerCarriesTypeKindAndParameters() {
    JsonNode screen = Trace.of("call-vp8-client2").producer("screen");
    assertThat(accepted("INIT_PRODUCER", screen.toString()))
        .isInstanceOfSatisfying(ClientMessage.InitProducer.class, message -> {
          assertThat(message.type()).isEqualTo(StreamType.SCREEN);
          assertThat(message.kind()).isEqualTo(MediaKind.VIDEO);
          assertThat(message.rtpParameters().encodings()).hasSize(3);
        });
  }

  @Test
  void broadcastIsAnyJsonOrNothing() {
    assertThat(accepted("BROADCAST", "{\"a\":[1]}"))
        .isEqualTo(new ClientMessage.Broadcast(Json.parse("{\"a\":[1]}").orElseThrow()));
    assertThat(ClientMessage.parse("BROADCAST", null))
        .isEqualTo(new Parsed.Accepted(new ClientMessage.Broadcast(null)));
  }

  @Test
  void consumptionChangeNamesOnlyWhatChanges() {
    assertThat(accepted("CONSUMPTION_CHANGE", "{\"sessionId\":\"7\",\"states\":{\"camera\":false,\"screen\":null}}"))
        .isEqualTo(new ClientMessage.ConsumptionChange(SessionId.of("7"), null, false, null));
  }

  @Test
  void productionChangeHasATypeAndAState() {
    assertThat(accepted("PRODUCTION_CHANGE", "{\"type\":\"camera\",\"active\":false}"))
        .isEqualTo(new ClientMessage.ProductionChange(StreamType.CAMERA, false));
  }

  @ParameterizedTest
  @CsvSource(quoteCharacter = '\'', value = {"true,true", "1,true", "false,false", "null,false"})
  void infoChangeMayWantARefresh(String needRefresh, boolean wanted) {
    assertThat(accepted("C_INFO_CHANGE", "{\"info\":{\"isTalking\":true},\"needRefresh\":" + needRefresh + "}"))
        .isEqualTo(new ClientMessage.InfoChange(SessionInfo.talking(true), wanted));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "CONNECT_CTS_TRANSPORT | {}",
        "CONNECT_CTS_TRANSPORT | {\"dtlsParameters\":null}",
        "CONNECT_CTS_TRANSPORT | {\"dtlsParameters\":{\"role\":\"client\",\"fingerprints\":[]}}",
        "CONNECT_STC_TRANSPORT | {\"dtlsParameters\":{\"role\":7,"
            + "\"fingerprints\":[{\"algorithm\":\"\",\"value\":\"\"}]}}",
        "CONNECT_CTS_TRANSPORT | {\"dtlsParameters\":{\"role\":\"client\",\"fingerprints\":[null]}}",
        "CONNECT_CTS_TRANSPORT | {\"dtlsParameters\":{\"role\":\"client\",\"fingerprints\":[{\"algorithm\":\"a\"}]}}",
        "INIT_PRODUCER | {\"type\":\"audio\",\"kind\":\"audio\"}",
        "INIT_PRODUCER | {\"type\":0,\"kind\":\"audio\",\"rtpParameters\":{}}",
        "INIT_PRODUCER | {\"type\":\"hologram\",\"kind\":\"audio\",\"rtpParameters\":{}}",
        "INIT_PRODUCER | {\"type\":\"audio\",\"kind\":\"audio\",\"rtpParameters\":{\"codecs\":[null]}}",
        "INIT_PRODUCER | {\"type\":\"audio\",\"kind\":\"audio\",\"rtpParameters\":{\"codecs\":[{}]}}",
        "INIT_PRODUCER | {\"type\":\"audio\",\"kind\":\"audio\",\"rtpParameters\":{\"encodings\":[{\"ssrc\":\"1\"}]}}",
        "CONSUMPTION_CHANGE | {\"sessionId\":7}",
        "CONSUMPTION_CHANGE | {\"states\":{}}",
        "CONSUMPTION_CHANGE | {\"sessionId\":7,\"states\":{\"audio\":1}}",
        "CONSUMPTION_CHANGE | {\"sessionId\":[7],\"states\":{}}",
        "PRODUCTION_CHANGE | {\"type\":\"audio\"}",
        "PRODUCTION_CHANGE | {\"type\":\"audio\",\"active\":\"no\"}",
        "PRODUCTION_CHANGE | {\"active\":true}",
        "C_INFO_CHANGE | {}",
        "C_INFO_CHANGE | {\"info\":null}",
        "C_INFO_CHANGE | []",
      })
  void payloadOfAnotherShapeIsRefused(String name, String payload) {
    assertThat(ClientMessage.parse(name, Json.parse(payload).orElseThrow()))
        .isInstanceOfSatisfying(Parsed.Refused.class, refused ->
            assertThat(refused.refusal()).isEqualTo(Refusal.BAD_PAYLOAD));
  }

  @Test
  void unknownNameIsRefused() {
    assertThat(ClientMessage.parse("RUN_AWAY", null))
        .isInstanceOfSatisfying(Parsed.Refused.class, refused ->
            assertThat(refused.refusal()).isEqualTo(Refusal.UNKNOWN_NAME));
  }

  @Test
  void capabilitiesThatAreNoneAreRefused() {
    assertThat(ClientMessage.parseCapabilities(null)).isEmpty();
    assertThat(ClientMessage.parseCapabilities(Json.parse("null").orElseThrow())).isEmpty();
    assertThat(ClientMessage.parseCapabilities(Json.parse("7").orElseThrow())).isEmpty();
    ObjectNode many = Json.MAPPER.createObjectNode();
    for (int i = 0; i < 129; i++) {
      many.withArray("codecs").addObject().put("kind", "audio").put("mimeType", "audio/" + i);
    }
    assertThat(ClientMessage.parseCapabilities(many)).isEmpty();
  }

  @Property(tries = 500)
  void anyPayloadOfAnyNameIsAcceptedOrRefused(@ForAll("names") String name, @ForAll("json") String json) {
    JsonNode payload = Json.parse(json).orElseThrow();
    assertThat(ClientMessage.parse(name, payload)).isNotNull();
    ClientMessage.parseCapabilities(payload);
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.oneOf(Arbitraries.of(NAMES), Arbitraries.strings().ofMaxLength(20));
  }

  @Provide
  Arbitrary<String> json() {
    return RandomJson.values(4);
  }

  private static ClientMessage accepted(String name, String payload) {
    Parsed parsed = ClientMessage.parse(name, Json.parse(payload).orElseThrow());
    assertThat(parsed).isInstanceOf(Parsed.Accepted.class);
    return ((Parsed.Accepted) parsed).message();
  }
}
