package sfu.load.engine;

import java.util.Locale;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/** A stream as people know it, whichever connection and transport carries it: somebody's voice, camera or screen. */
public record StreamKey(SessionId sessionId, StreamType type) {

  /** By its texts: the same in every process. */
  @Override
  public int hashCode() {
    return 31 * sessionId.text().hashCode() + type.name().hashCode();
  }

  @Override
  public String toString() {
    return sessionId + "'s " + type.name().toLowerCase(Locale.ROOT);
  }
}
