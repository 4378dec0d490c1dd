package sfu.load.nativepeer;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.net.URI;
import sfu.load.client.Invitation;
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

  /** Joins a channel; once a process. */
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

  /** Sends a moving pattern; as the server's simulcast layers, of which the largest needs at least 960x540 to flow. */
  record SendVideo(StreamType type, int width, int height, int framesPerSecond, boolean simulcast)
      implements PeerCommand {}

  /** Pauses or resumes what it sends. */
  record SetActive(StreamType type, boolean active) implements PeerCommand {}

  /** Pauses or resumes what it receives. */
  record SetWanted(SessionId sessionId, StreamType type, boolean wanted) implements PeerCommand {}

  /** Leaves the channel and ends the process. */
  record Leave() implements PeerCommand {}
}
