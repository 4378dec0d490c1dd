package sfu.protocol.signal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;
import sfu.protocol.ortc.DtlsFingerprint;
import sfu.protocol.ortc.DtlsParameters;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.ClientMessage.Parsed;
import sfu.protocol.signal.ClientMessage.Refusal;

/** From names and JSON to {@link ClientMessage}s. */
final class ClientMessageParser {

  private static final int MAX_FINGERPRINTS = 16;

  /** A SHA-512 in hex pairs has 191 characters. */
  private static final int MAX_FINGERPRINT_LENGTH = 256;

  /** Codecs, and header extensions, of a client; browsers have some 40 of each. They are searched for each consumer. */
  private static final int MAX_CAPABILITIES = 128;

  private static final Set<String> DTLS_ROLES = Set.of("auto", "client", "server");

  private ClientMessageParser() {}

  static Parsed parse(String name, JsonNode payload) {
    return switch (name) {
      case "CONNECT_CTS_TRANSPORT" -> accept(name, dtlsParameters(payload).map(ClientMessage.ConnectCts::new));
      case "CONNECT_STC_TRANSPORT" -> accept(name, dtlsParameters(payload).map(ClientMessage.ConnectStc::new));
      case "INIT_PRODUCER" -> accept(name, initProducer(payload));
      case "BROADCAST" -> new Parsed.Accepted(new ClientMessage.Broadcast(payload));
      case "CONSUMPTION_CHANGE" -> accept(name, consumptionChange(payload));
      case "PRODUCTION_CHANGE" -> accept(name, productionChange(payload));
      case "C_INFO_CHANGE" -> accept(name, infoChange(payload));
      default -> new Parsed.Refused(Refusal.UNKNOWN_NAME, "unknown name");
    };
  }

  static Optional<RtpCapabilities> capabilities(JsonNode result) {
    return result == null
        ? Optional.empty()
        : Json.read(result, RtpCapabilities.class)
            .filter(capabilities -> capabilities.codecs().size() <= MAX_CAPABILITIES)
            .filter(capabilities -> capabilities.headerExtensions().size() <= MAX_CAPABILITIES);
  }

  private static Parsed accept(String name, Optional<? extends ClientMessage> message) {
    return message.isPresent()
        ? new Parsed.Accepted(message.get())
        : new Parsed.Refused(Refusal.BAD_PAYLOAD, name + " with a payload of another shape");
  }

  private static Optional<DtlsParameters> dtlsParameters(JsonNode payload) {
    return read(payload, "dtlsParameters", DtlsParameters.class)
        .map(dtls -> dtls.role() == null ? new DtlsParameters("auto", dtls.fingerprints()) : dtls)
        .filter(dtls -> DTLS_ROLES.contains(dtls.role()))
        .filter(dtls -> !dtls.fingerprints().isEmpty() && dtls.fingerprints().size() <= MAX_FINGERPRINTS)
        .filter(dtls -> dtls.fingerprints().stream().allMatch(ClientMessageParser::isPlausible));
  }

  private static boolean isPlausible(DtlsFingerprint fingerprint) {
    return fingerprint.algorithm().length() <= MAX_FINGERPRINT_LENGTH
        && fingerprint.value().length() <= MAX_FINGERPRINT_LENGTH;
  }

  private static Optional<ClientMessage.InitProducer> initProducer(JsonNode payload) {
    return Json.read(payload, ClientMessage.InitProducer.class)
        .filter(message -> message.type() != null && message.kind() != null && message.rtpParameters() != null);
  }

  private static Optional<ClientMessage.ConsumptionChange> consumptionChange(JsonNode payload) {
    JsonNode states = field(payload, "states");
    if (states == null || !states.isObject() || !isFlag(states, "audio") || !isFlag(states, "camera")
        || !isFlag(states, "screen")) {
      return Optional.empty();
    }
    return SessionId.parse(field(payload, "sessionId"))
        .map(id -> new ClientMessage.ConsumptionChange(
            id, flag(states, "audio"), flag(states, "camera"), flag(states, "screen")));
  }

  private static Optional<ClientMessage.ProductionChange> productionChange(JsonNode payload) {
    JsonNode active = field(payload, "active");
    return active == null || !active.isBoolean()
        ? Optional.empty()
        : read(payload, "type", StreamType.class)
            .map(type -> new ClientMessage.ProductionChange(type, active.booleanValue()));
  }

  private static Optional<ClientMessage.InfoChange> infoChange(JsonNode payload) {
    JsonNode info = field(payload, "info");
    JsonNode needRefresh = field(payload, "needRefresh");
    return info == null || !info.isObject()
        ? Optional.empty()
        : Optional.of(
            new ClientMessage.InfoChange(
                SessionInfo.coerce(info), needRefresh != null && Truth.of(needRefresh)));
  }

  private static boolean isFlag(JsonNode states, String key) {
    JsonNode value = states.get(key);
    return value == null || value.isNull() || value.isBoolean();
  }

  private static Boolean flag(JsonNode states, String key) {
    JsonNode value = states.get(key);
    return value == null || value.isNull() ? null : Boolean.valueOf(value.booleanValue());
  }

  private static JsonNode field(JsonNode payload, String key) {
    return payload == null ? null : payload.get(key);
  }

  private static <T> Optional<T> read(JsonNode payload, String key, Class<T> type) {
    JsonNode value = field(payload, key);
    return value == null ? Optional.empty() : Json.read(value, type);
  }
}
