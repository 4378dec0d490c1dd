package sfu.protocol.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import sfu.protocol.signal.SessionId;

/** What lets a participant into a channel. All but the permissions are null if absent or of another type. */
public record JoinClaims(
    String channelUuid,
    SessionId sessionId,
    JsonNode iceServers,
    String label,
    String userId,
    Permissions permissions) {

  /** What newer Odoo servers allow a participant; absent means no. */
  public record Permissions(boolean audioRecording, boolean videoRecording, boolean transcription) {}

  /** Reads the claims. */
  public static JoinClaims of(Claims claims) {
    return new JoinClaims(
        claims.text("sfu_channel_uuid").orElse(null),
        SessionId.parse(claims.get("session_id")).orElse(null),
        claims.get("ice_servers"),
        claims.text("label").orElse(null),
        SessionId.parse(claims.get("user_id")).map(SessionId::text).orElse(null),
        permissions(claims.get("permissions")));
  }

  private static Permissions permissions(JsonNode permissions) {
    return permissions == null
        ? new Permissions(false, false, false)
        : new Permissions(
            permissions.path("audioRecording").asBoolean(),
            permissions.path("videoRecording").asBoolean(),
            permissions.path("transcription").asBoolean());
  }
}
