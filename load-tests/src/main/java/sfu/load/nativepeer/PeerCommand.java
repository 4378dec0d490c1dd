package sfu.load.nativepeer;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.net.URI;
import java.util.List;
import sfu.load.client.Invitation;
import sfu.load.engine.VideoCodec;
import sfu.load.engine.VideoSettings;
import sfu.load.sdp.DtlsRole;
import sfu.load.sdp.IceProtocol;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/** What a native peer is told to do. One JSON object a line; the order is kept. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "command")
@JsonSubTypes({
  @JsonSubTypes.Type(value = PeerCommand.Join.class, name = "join"),
  @JsonSubTypes.Type(value = PeerCommand.SendAudio.class, name = "sendAudio"),
  @JsonSubTypes.Type(value = PeerCommand.SendVideo.class, name = "sendVideo"),
  @JsonSubTypes.Type(value = PeerCommand.SetActive.class, name = "setActive"),
  @JsonSubTypes.Type(value = PeerCommand.SetWanted.class, name = "setWanted"),
  @JsonSubTypes.Type(value = PeerCommand.Leave.class, name = "leave")
})
public sealed interface PeerCommand {

  /** Joins a channel; the first command to a peer, and once. */
  record Join(URI url, String channelUuid, String jwt, IceProtocol iceProtocol, DtlsRole dtlsRole)
      implements PeerCommand {

    /** Joins as invited. */
    public static Join of(Invitation invitation, IceProtocol iceProtocol, DtlsRole dtlsRole) {
      return new Join(invitation.url(), invitation.channelUuid(), invitation.jwt(), iceProtocol, dtlsRole);
    }

    /** Leaves the token out: this text may reach a log. */
    @Override
    public String toString() {
      return "Join[url=" + url + ", channelUuid=" + channelUuid + "]";
    }
  }

  /** Sends a tone. */
  record SendAudio(int frequencyHz) implements PeerCommand {}

  /**
   * Sends a moving pattern.
   *
   * @param simulcast in layers, of which a third needs at least 960x540 to flow
   * @param codec null for the server's favourite
   * @param layerBps bit rates of the layers, lowest first, or of the only one; empty for what the server proposes
   */
  record SendVideo(
      StreamType type,
      int width,
      int height,
      int framesPerSecond,
      boolean simulcast,
      VideoCodec codec,
      List<Integer> layerBps)
      implements PeerCommand {

    public SendVideo {
      layerBps = layerBps == null ? List.of() : List.copyOf(layerBps);
    }

    /** With what the server proposes. */
    public SendVideo(StreamType type, int width, int height, int framesPerSecond, boolean simulcast) {
      this(type, width, height, framesPerSecond, simulcast, null, List.of());
    }

    /** As an engine is told. */
    static SendVideo of(StreamType type, VideoSettings video) {
      return new SendVideo(
          type,
          video.width(),
          video.height(),
          video.framesPerSecond(),
          video.layers() > 1,
          video.codec(),
          video.layerBps());
    }
  }

  /** Pauses or resumes what it sends. */
  record SetActive(StreamType type, boolean active) implements PeerCommand {}

  /** Pauses or resumes what it receives. */
  record SetWanted(SessionId sessionId, StreamType type, boolean wanted) implements PeerCommand {}

  /** Leaves the channel. */
  record Leave() implements PeerCommand {}
}
