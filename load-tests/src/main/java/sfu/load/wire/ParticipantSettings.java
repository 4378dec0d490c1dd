package sfu.load.wire;

import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import sfu.load.client.Invitation;
import sfu.load.engine.VideoSettings;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/**
 * One participant to be.
 *
 * @param id who it is; the invitation's token must say the same
 * @param urls the addresses to connect to, one after the other at each attempt: nodes, or one balancer
 * @param speaks whether it sends its voice
 * @param videos its camera and screen, if it sends them
 */
public record ParticipantSettings(
    SessionId id,
    Invitation invitation,
    List<URI> urls,
    Behaviour behaviour,
    boolean speaks,
    Map<StreamType, VideoSettings> videos) {

  public ParticipantSettings {
    urls = List.copyOf(urls);
    videos = Map.copyOf(videos);
    if (urls.isEmpty() || videos.containsKey(StreamType.AUDIO)) {
      throw new IllegalArgumentException("a participant needs an address, and no video that is audio");
    }
  }

  /** Somebody who only listens, by the address that the server gave, and behaves as the deployed client. */
  public static ParticipantSettings of(SessionId id, Invitation invitation) {
    return new ParticipantSettings(id, invitation, List.of(invitation.url()), Behaviour.STOCK, false, Map.of());
  }

  /** By these addresses instead of the one that the server gave. */
  public ParticipantSettings by(List<URI> addresses) {
    return new ParticipantSettings(id, invitation, addresses, behaviour, speaks, videos);
  }

  public ParticipantSettings behaving(Behaviour other) {
    return new ParticipantSettings(id, invitation, urls, other, speaks, videos);
  }

  /** Sends its voice. */
  public ParticipantSettings speaking() {
    return new ParticipantSettings(id, invitation, urls, behaviour, true, videos);
  }

  /** Sends a camera or a screen. */
  public ParticipantSettings showing(StreamType type, VideoSettings video) {
    Map<StreamType, VideoSettings> all = new EnumMap<>(StreamType.class);
    all.putAll(videos);
    all.put(type, video);
    return new ParticipantSettings(id, invitation, urls, behaviour, speaks, all);
  }

  /** What it sends. */
  public Set<StreamType> types() {
    Set<StreamType> types = new TreeSet<>(videos.keySet());
    if (speaks) {
      types.add(StreamType.AUDIO);
    }
    return types;
  }
}
