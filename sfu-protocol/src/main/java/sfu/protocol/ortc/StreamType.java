package sfu.protocol.ortc;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a producer carries; a session has at most one of each. Lower case on the wire. */
public enum StreamType {
  @JsonProperty("audio")
  AUDIO(MediaKind.AUDIO),
  @JsonProperty("camera")
  CAMERA(MediaKind.VIDEO),
  @JsonProperty("screen")
  SCREEN(MediaKind.VIDEO);

  private final MediaKind kind;

  StreamType(MediaKind kind) {
    this.kind = kind;
  }

  /** The kind of media a stream of this type must have. */
  public MediaKind kind() {
    return kind;
  }
}
