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
import java.util.stream.IntStream;
import sfu.load.client.SfuClient;
import sfu.load.engine.VideoCodec;
import sfu.load.sdp.DtlsRole;
import sfu.load.sdp.IceProtocol;
import sfu.load.sdp.LocalDescription;
import sfu.load.sdp.Negotiation;
import sfu.load.sdp.ServerDescription;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.RtpCodecCapability;
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

  private static final int PIXELS_OF_THREE_LAYERS = 960 * 540;
  private static final int PIXELS_OF_TWO_LAYERS = 480 * 270;

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

  /** Sends a voice; gives the producer's id. */
  String sendAudio(MediaStreamTrack track) {
    return send(StreamType.AUDIO, track, List.of(), server.capabilities());
  }

  /**
   * Sends a camera or a screen; gives the producer's id.
   *
   * @throws IllegalArgumentException if it can't be sent so: says why
   */
  String sendVideo(MediaStreamTrack track, PeerCommand.SendVideo video) {
    List<RtpEncodingParameters> layers = layers(video);
    if (layers.size() > 1) {
      requireThatAllLayersFlow(video, layers.size());
    }
    return send(
        video.type(),
        track,
        layers,
        video.codec() == null ? server.capabilities() : only(video.codec(), server.capabilities()));
  }

  private String send(
      StreamType type, MediaStreamTrack track, List<RtpEncodingParameters> layers, RtpCapabilities capabilities) {
    RTCRtpTransceiver transceiver = connection.raw().addTransceiver(track, init(type, layers));
    RTCSessionDescription offer = connection.createOffer();
    LocalDescription local = LocalDescription.parse(offer.sdp);
    if (sections.isEmpty()) {
      client.connectCts(local.dtlsParameters(role)).join();
    }
    connection.setLocal(RTCSdpType.OFFER, offer.sdp);
    RtpParameters parameters =
        Negotiation.sent(local.section(transceiver.getMid()), capabilities, layers.size() > 1 ? layers : List.of());
    ProducerOptions.CodecOptions hints =
        type.kind() == MediaKind.VIDEO ? server.producerOptionsByKind().get(type.kind()).codecOptions() : null;
    sections.add(new ServerDescription.Sent(type.kind(), parameters, hints));
    connection.setRemote(RTCSdpType.ANSWER, serverDescription.answer(sections, role));
    return client.initProducer(type, parameters).join();
  }

  /** One is a stream without layers, but with a limit; none is one without either. */
  private List<RtpEncodingParameters> layers(PeerCommand.SendVideo video) {
    List<Integer> bps = video.layerBps();
    if (!bps.isEmpty()) {
      return IntStream.range(0, bps.size()).mapToObj(i -> layer(1 << bps.size() - 1 - i, bps.get(i))).toList();
    }
    return video.simulcast()
        ? server.producerOptionsByKind().get(MediaKind.VIDEO).encodings().stream()
            .map(e -> layer(e.scaleResolutionDownBy(), e.maxBitrate()))
            .toList()
        : List.of();
  }

  private static RtpEncodingParameters layer(int scaleDownBy, long maxBps) {
    return new RtpEncodingParameters(null, null, null, null, null, null, (double) scaleDownBy, maxBps, true);
  }

  /** libwebrtc leaves the largest layers of a small picture out, and layers of VP9 it puts into one stream. */
  private static void requireThatAllLayersFlow(PeerCommand.SendVideo video, int layers) {
    if (video.codec() == VideoCodec.VP9) {
      throw new IllegalArgumentException("libwebrtc sends VP9 in one layer only here; VP8 and H264 go in several");
    }
    int least = layers > 2 ? PIXELS_OF_THREE_LAYERS : PIXELS_OF_TWO_LAYERS;
    if (video.width() * video.height() < least) {
      throw new IllegalArgumentException(
          layers + " layers need a larger picture than " + video.width() + "x" + video.height()
              + ": libwebrtc sends two from 480x270 up and three from 960x540 up");
    }
  }

  private static RtpCapabilities only(VideoCodec codec, RtpCapabilities capabilities) {
    String mimeType = "video/" + codec.name();
    List<RtpCodecCapability> wanted =
        capabilities.codecs().stream().filter(offered -> offered.mimeType().equalsIgnoreCase(mimeType)).toList();
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("the server takes no " + codec);
    }
    List<RtpCodecCapability> codecs = new ArrayList<>(wanted);
    capabilities.codecs().stream().filter(offered -> offered.mimeType().endsWith("/rtx")).forEach(codecs::add);
    return new RtpCapabilities(codecs, capabilities.headerExtensions());
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
