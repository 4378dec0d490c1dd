package sfu.protocol.signal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;

/** What a participant shows of itself. A flag that was never set is null here and absent on the wire. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SessionInfo(
    @JsonProperty("isTalking") Boolean isTalking,
    @JsonProperty("isCameraOn") Boolean isCameraOn,
    @JsonProperty("isScreenSharingOn") Boolean isScreenSharingOn,
    @JsonProperty("isSelfMuted") Boolean isSelfMuted,
    @JsonProperty("isDeaf") Boolean isDeaf,
    @JsonProperty("isRaisingHand") Boolean isRaisingHand) {

  /** No flag set. */
  public static final SessionInfo UNSET = new SessionInfo(null, null, null, null, null, null);

  /** Only "isTalking". */
  public static SessionInfo talking(boolean value) {
    return new SessionInfo(value, null, null, null, null, null);
  }

  /** Only "isCameraOn". */
  public static SessionInfo cameraOn(boolean value) {
    return new SessionInfo(null, value, null, null, null, null);
  }

  /** Only "isScreenSharingOn". */
  public static SessionInfo screenSharingOn(boolean value) {
    return new SessionInfo(null, null, value, null, null, null);
  }

  /**
   * Reads the six known keys of an object with JavaScript's idea of truth, since that is what sent them: null, 0 and ""
   * are false, an absent key stays unset, unknown keys are dropped. Anything but an object gives {@link #UNSET}.
   */
  public static SessionInfo coerce(JsonNode info) {
    return new SessionInfo(
        flag(info, "isTalking"),
        flag(info, "isCameraOn"),
        flag(info, "isScreenSharingOn"),
        flag(info, "isSelfMuted"),
        flag(info, "isDeaf"),
        flag(info, "isRaisingHand"));
  }

  private static Boolean flag(JsonNode info, String key) {
    JsonNode value = info == null ? null : info.get(key);
    return value == null ? null : Boolean.valueOf(Truth.of(value));
  }

  /** This info with the flags that {@code change} sets. */
  public SessionInfo merge(SessionInfo change) {
    return new SessionInfo(
        change.isTalking != null ? change.isTalking : isTalking,
        change.isCameraOn != null ? change.isCameraOn : isCameraOn,
        change.isScreenSharingOn != null ? change.isScreenSharingOn : isScreenSharingOn,
        change.isSelfMuted != null ? change.isSelfMuted : isSelfMuted,
        change.isDeaf != null ? change.isDeaf : isDeaf,
        change.isRaisingHand != null ? change.isRaisingHand : isRaisingHand);
  }
}
