package sfu.protocol.ortc;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The two kinds of media; lower case on the wire. */
public enum MediaKind {
  @JsonProperty("audio")
  AUDIO,
  @JsonProperty("video")
  VIDEO
}
