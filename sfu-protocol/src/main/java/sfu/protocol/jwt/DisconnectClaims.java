package sfu.protocol.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sfu.protocol.signal.SessionId;

/** Who is to be disconnected: session ids by the UUID of their channel. */
public record DisconnectClaims(Map<String, List<SessionId>> sessionIdsByChannel) {

  /** Reads the claims; what isn't a list of ids is skipped. */
  public static DisconnectClaims of(Claims claims) {
    Map<String, List<SessionId>> sessionIdsByChannel = new LinkedHashMap<>();
    JsonNode channels = claims.get("sessionIdsByChannel");
    if (channels != null && channels.isObject()) {
      channels.properties().forEach(channel -> {
        if (channel.getValue().isArray()) {
          sessionIdsByChannel.put(channel.getKey(), sessionIds(channel.getValue()));
        }
      });
    }
    return new DisconnectClaims(sessionIdsByChannel);
  }

  private static List<SessionId> sessionIds(JsonNode list) {
    List<SessionId> ids = new ArrayList<>();
    list.forEach(id -> SessionId.parse(id).ifPresent(ids::add));
    return ids;
  }
}
