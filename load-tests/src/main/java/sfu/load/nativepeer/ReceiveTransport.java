package sfu.load.nativepeer;

import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import java.util.function.Predicate;
import sfu.load.client.SfuClient;
import sfu.load.sdp.DtlsRole;
import sfu.load.sdp.LocalDescription;
import sfu.load.sdp.ReceivedSections;
import sfu.load.sdp.ServerDescription;
import sfu.protocol.signal.ServerMessage.InitConsumer;

/**
 * The server-to-client transport: the server's offer is written here, and the PeerConnection answers. Its methods wait
 * for libwebrtc and for the server; one thread at a time.
 */
final class ReceiveTransport {

  private final SfuClient client;
  private final DtlsRole role;
  private final PeerConnection connection;
  private final ServerDescription serverDescription;
  private final ReceivedSections sections = new ReceivedSections();
  private boolean connected;

  ReceiveTransport(SfuClient client, PeerConnection connection, ServerDescription serverDescription, DtlsRole role) {
    this.client = client;
    this.role = role;
    this.connection = connection;
    this.serverDescription = serverDescription;
  }

  PeerConnection connection() {
    return connection;
  }

  /** Sets a consumer up; what it brings arrives on the track. */
  MediaStreamTrack receive(InitConsumer consumer) {
    sections.add(
        new ServerDescription.Received(consumer.id(), consumer.kind(), consumer.rtpParameters(), true));
    RTCSessionDescription answer = answerOffer();
    if (!connected) {
      connected = true;
      client.connectStc(LocalDescription.parse(answer.sdp).dtlsParameters(role)).join();
    }
    connection.setLocal(RTCSdpType.ANSWER, LocalDescription.withRole(answer.sdp, role));
    return connection.transceiver(consumer.rtpParameters().mid()).getReceiver().getTrack();
  }

  /** How many sections the description has, those of ended consumers included. */
  int sectionCount() {
    return sections.all().size();
  }

  /** Closes the sections of consumers that are gone. */
  void close(Predicate<String> isGone) {
    if (sections.end(isGone)) {
      connection.setLocal(RTCSdpType.ANSWER, LocalDescription.withRole(answerOffer().sdp, role));
    }
  }

  private RTCSessionDescription answerOffer() {
    connection.setRemote(RTCSdpType.OFFER, serverDescription.offer(sections.all()));
    return connection.createAnswer();
  }
}
