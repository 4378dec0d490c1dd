package sfu.load.deploy;

import java.io.IOException;
import java.time.Duration;
import sfu.load.client.Channel;
import sfu.load.client.ChannelApi;
import sfu.load.client.Invitation;
import sfu.load.nativepeer.PeerCommand;
import sfu.load.nativepeer.PeerEvent;
import sfu.load.nativepeer.PeerProcess;
import sfu.load.sdp.DtlsRole;
import sfu.load.sdp.IceProtocol;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/** A call of two libwebrtc peers, each of whom has to see what the other one's camera shows. */
final class TwoPeers {

  private static final Duration TIMEOUT = Duration.ofSeconds(90);
  private static final int FRAMES = 10;

  private TwoPeers() {}

  /** Both join with the address that the channel has, and get some frames of each other's camera. */
  static void seeEachOther(ChannelApi api, Channel channel) throws IOException, InterruptedException {
    SessionId anne = SessionId.of(1);
    SessionId bert = SessionId.of(2);
    try (PeerProcess first = PeerProcess.startNative(); PeerProcess second = PeerProcess.startNative()) {
      join(first, api.invite(channel, anne));
      join(second, api.invite(channel, bert));
      awaitFrames(first, bert);
      awaitFrames(second, anne);
    }
  }

  private static void join(PeerProcess peer, Invitation invitation) throws InterruptedException {
    peer.send(PeerCommand.Join.of(invitation, IceProtocol.UDP, DtlsRole.CLIENT));
    peer.await(PeerEvent.Joined.class, _ -> true, TIMEOUT);
    peer.send(new PeerCommand.SendVideo(StreamType.CAMERA, 320, 180, 15, false));
  }

  private static void awaitFrames(PeerProcess peer, SessionId of) throws InterruptedException {
    peer.await(
        PeerEvent.Progress.class,
        progress -> progress.of(of, StreamType.CAMERA).filter(camera -> camera.frames() >= FRAMES).isPresent(),
        TIMEOUT);
  }
}
