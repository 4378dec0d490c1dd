package sfu.load.engine;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import sfu.load.client.Invitation;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/**
 * One participant to be: who it is, where it joins and what it sends.
 *
 * @param id the invitation's token must say the same
 * @param speaks whether it sends its voice
 * @param videos its camera and screen, if it sends them
 */
public record Seat(SessionId id, Invitation invitation, boolean speaks, Map<StreamType, VideoSettings> videos) {

  public Seat {
    videos = Map.copyOf(videos);
    if (videos.containsKey(StreamType.AUDIO)) {
      throw new IllegalArgumentException("a voice is no video");
    }
  }

  /** What it sends. */
  public Set<StreamType> sends() {
    Set<StreamType> types = new TreeSet<>(videos.keySet());
    if (speaks) {
      types.add(StreamType.AUDIO);
    }
    return types;
  }
}
