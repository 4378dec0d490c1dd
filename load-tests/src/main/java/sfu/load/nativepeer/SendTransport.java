package sfu.load.nativepeer;

import dev.onvoid.webrtc.RTCRtpEncodingParameters;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCRtpTransceiverDirection;
import dev.onvoid.webrtc.RTCRtpTransceiverInit;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import java.util.ArrayList;
import java.util.List;
import sfu.load.client.SfuClient;
import sfu.load.sdp.DtlsRole;
import sfu.load.sdp.IceProtocol;
import sfu.load.sdp.LocalDescription;
import sfu.load.sdp.Negotiation;
import sfu.load.sdp.ServerDescription;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.ProducerOptions;
import sfu.protocol.signal.ServerMessage.InitTransports;

/**
 * The client-to-server transport: the PeerConnection offers, and the server's answer is written here. Its methods wait
 * for libwebrtc and for the server; one thread at a time.
 */
final class SendTransport {

  private final SfuClient client;
  private final InitTransports server;
  private final DtlsRole role;
  private final PeerConnection connection;
  private final ServerDescription serverDescription;
  private final List<ServerDescription.Sent> sections = new ArrayList<>();

  SendTransport(
      SfuClient client, InitTransports server, PeerConnection connection, IceProtocol protocol, DtlsRole role) {
    this.client = client;
    this.server = server;
    this.role = role;
    this.connection = connection;
    this.serverDescription = new ServerDescription(server.ctsConfig(), protocol);
  }

  PeerConnection connection() {
    return connection;
  }

  /** Sends a track, as the server's simulcast layers or as one stream; gives the producer's id. */
  String send(StreamType type, MediaStreamTrack track, boolean simulcast) {
    ProducerOptions options = server.producerOptionsByKind().get(type.kind());
    List<RtpEncodingParameters> layers = simulcast ? layers(options.encodings()) : List.of();
    RTCRtpTransceiver transceiver = connection.raw().addTransceiver(track, init(type, layers));
    RTCSessionDescription offer = connection.createOffer();
    LocalDescription local = LocalDescription.parse(offer.sdp);
    if (sections.isEmpty()) {
      client.connectCts(local.dtlsParameters(role)).join();
    }
    connection.setLocal(RTCSdpType.OFFER, offer.sdp);
    RtpParameters parameters = Negotiation.sent(local.section(transceiver.getMid()), server.capabilities(), layers);
    ProducerOptions.CodecOptions hints = type.kind() == MediaKind.VIDEO ? options.codecOptions() : null;
    sections.add(new ServerDescription.Sent(type.kind(), parameters, hints));
    connection.setRemote(RTCSdpType.ANSWER, serverDescription.answer(sections, role));
    return client.initProducer(type, parameters).join();
  }

  private static List<RtpEncodingParameters> layers(List<ProducerOptions.Encoding> encodings) {
    return encodings.stream()
        .map(e -> new RtpEncodingParameters(
            null, null, null, null, null, null, (double) e.scaleResolutionDownBy(), e.maxBitrate(), true))
        .toList();
  }

  /** webrtc-java has no rids to set: libwebrtc numbers the layers itself, and wants the lowest first. */
  private static RTCRtpTransceiverInit init(StreamType type, List<RtpEncodingParameters> layers) {
    RTCRtpTransceiverInit init = new RTCRtpTransceiverInit();
    init.direction = RTCRtpTransceiverDirection.SEND_ONLY;
    init.streamIds = List.of(type.name());
    if (!layers.isEmpty()) {
      init.sendEncodings = layers.stream().map(SendTransport::nativeEncoding).toList();
    }
    return init;
  }

  private static RTCRtpEncodingParameters nativeEncoding(RtpEncodingParameters layer) {
    RTCRtpEncodingParameters encoding = new RTCRtpEncodingParameters();
    encoding.active = true;
    encoding.scaleResolutionDownBy = layer.scaleResolutionDownBy();
    encoding.maxBitrate = layer.maxBitrate().intValue();
    return encoding;
  }
}
