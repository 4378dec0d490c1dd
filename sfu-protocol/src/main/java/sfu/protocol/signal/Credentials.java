package sfu.protocol.signal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A client's first frame. {@code channelUuid} is null from clients up to version 1.1, which send the token alone;
 * {@code features} says what the client can do beyond the deployed ones; {@code resumes}: it has another connection to
 * this session, which this one is to take over from without a break.
 */
public record Credentials(String channelUuid, String jwt, Set<String> features, boolean resumes) {

  /** The feature of a client that keeps its media while its session moves: {@link ServerMessage.Move}. */
  public static final String MOVE = "move";

  private static final int MAX_FEATURES = 32;
  private static final int MAX_FEATURE_LENGTH = 64;
  private static final int MAX_UUID_LENGTH = 64;

  /** What became of the first frame. */
  public sealed interface Parsed {

    /** Credentials, not yet verified. */
    record Accepted(Credentials credentials) implements Parsed {}

    /** The socket is to be closed with {@code code}; {@code why} is for the log and quotes nothing of the frame. */
    record Refused(CloseCode code, String why) implements Parsed {}
  }

  public Credentials {
    features = Set.copyOf(features);
  }

  /** Reads the first frame. Never throws. */
  public static Parsed parse(String frame) {
    Optional<JsonNode> json = Json.parse(frame);
    if (json.isEmpty()) {
      return new Parsed.Refused(CloseCode.ERROR, "credentials that are no JSON");
    }
    JsonNode node = json.get();
    JsonNode jwt = node.isTextual() ? node : node.path("jwt");
    if (!jwt.isTextual() || jwt.textValue().isEmpty()) {
      return new Parsed.Refused(CloseCode.AUTHENTICATION_FAILED, "credentials without a token");
    }
    JsonNode uuid = node.path("channelUUID");
    if (Truth.of(uuid) && (!uuid.isTextual() || uuid.textValue().length() > MAX_UUID_LENGTH)) {
      return new Parsed.Refused(CloseCode.AUTHENTICATION_FAILED, "credentials whose channel is no UUID");
    }
    return new Parsed.Accepted(
        new Credentials(
            Truth.of(uuid) ? uuid.textValue() : null,
            jwt.textValue(),
            features(node.path("features")),
            node.path("resumes").booleanValue()));
  }

  private static Set<String> features(JsonNode list) {
    Set<String> features = new LinkedHashSet<>();
    if (list.isArray()) {
      for (JsonNode feature : list) {
        boolean plausible = feature.isTextual() && feature.textValue().length() <= MAX_FEATURE_LENGTH;
        if (plausible && features.size() < MAX_FEATURES) {
          features.add(feature.textValue());
        }
      }
    }
    return features;
  }

  /** Leaves the token out: this text may reach a log. */
  @Override
  public String toString() {
    return "Credentials[channelUuid=" + channelUuid + ", features=" + features + "]";
  }
}
