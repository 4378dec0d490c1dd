package sfu.load.nativepeer;

import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PortAllocatorConfig;
import dev.onvoid.webrtc.RTCBundlePolicy;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCRtcpMuxPolicy;
import dev.onvoid.webrtc.RTCRtpTransceiverDirection;
import dev.onvoid.webrtc.RTCRtpTransceiverInit;
import dev.onvoid.webrtc.media.audio.AudioDeviceModule;
import dev.onvoid.webrtc.media.audio.AudioLayer;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.audio.CustomAudioSource;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.VideoTrack;
import sfu.load.sdp.LocalDescription;

/**
 * libwebrtc, loaded. Two factories, because the audio device that really plays what it receives crashes when it also
 * sends from a source of ours. Never freed: the process that has them ends instead.
 */
final class NativeFactories {

  private final PeerConnectionFactory sending;
  private final PeerConnectionFactory receiving;

  private NativeFactories(PeerConnectionFactory sending, PeerConnectionFactory receiving) {
    this.sending = sending;
    this.receiving = receiving;
  }

  /**
   * Loads libwebrtc.
   *
   * @throws IllegalStateException if it doesn't load, with the package that it needs
   */
  static NativeFactories load() {
    try {
      return new NativeFactories(
          new PeerConnectionFactory(new AudioDeviceModule(AudioLayer.kDummyAudio)),
          new PeerConnectionFactory(new HeadlessAudioDeviceModule()));
    } catch (LinkageError e) {
      throw new IllegalStateException(
          "libwebrtc doesn't load; it needs the package libpulse0 (Debian: apt-get install libpulse0): " + e, e);
    }
  }

  /** A track for a connection that sends. */
  AudioTrack audioTrack(String label, CustomAudioSource source) {
    return sending.createAudioTrack(label, source);
  }

  /** A track for a connection that sends. */
  VideoTrack videoTrack(String label, CustomVideoSource source) {
    return sending.createVideoTrack(label, source);
  }

  /** A connection that sends. */
  PeerConnection sendingConnection() {
    return new PeerConnection(observer -> sending.createPeerConnection(configuration(), observer));
  }

  /** A connection that receives, and decodes audio in real time. */
  PeerConnection receivingConnection() {
    return new PeerConnection(observer -> receiving.createPeerConnection(configuration(), observer));
  }

  /** What libwebrtc can do, as an offer with a section of each kind. Blocks for some milliseconds. */
  LocalDescription everything() {
    PeerConnection connection = sendingConnection();
    RTCRtpTransceiverInit both = new RTCRtpTransceiverInit();
    both.direction = RTCRtpTransceiverDirection.SEND_RECV;
    RTCPeerConnection raw = connection.raw();
    raw.addTransceiver(sending.createAudioTrack("audio", new CustomAudioSource()), both);
    raw.addTransceiver(sending.createVideoTrack("video", new CustomVideoSource()), both);
    LocalDescription everything = LocalDescription.parse(connection.createOffer().sdp);
    raw.close();
    return everything;
  }

  private static RTCConfiguration configuration() {
    RTCConfiguration configuration = new RTCConfiguration();
    configuration.bundlePolicy = RTCBundlePolicy.MAX_BUNDLE;
    configuration.rtcpMuxPolicy = RTCRtcpMuxPolicy.REQUIRE;
    // Sockets bound to any address, not to an interface's: a server on the loopback may answer those from another
    // address than it was asked at, which libwebrtc doesn't accept; and it skips the loopback's own interface.
    configuration.portAllocatorConfig = new PortAllocatorConfig().setDisableAdapterEnumeration(true);
    return configuration;
  }
}
