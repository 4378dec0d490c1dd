package sfu.protocol.ortc;

/** The URIs that name header extensions (RFC 8285, 5) on this wire. */
public final class HeaderExtensionUri {

  /** Media identification (RFC 8843, 16.2). */
  public static final String MID = "urn:ietf:params:rtp-hdrext:sdes:mid";

  /** RTP stream id, which names a simulcast layer (RFC 8852). */
  public static final String RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";

  /** The layer that a retransmission repairs (RFC 8852). */
  public static final String REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";

  /** When the packet left, 6.18 fixed point seconds (libwebrtc). */
  public static final String ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";

  /** A sequence number over all streams of a transport (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
  public static final String TRANSPORT_WIDE_CC =
      "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

  /** Client-to-mixer audio level (RFC 6464). */
  public static final String AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

  /** Coordination of video orientation (3GPP TS 26.114, 7.4.5). */
  public static final String VIDEO_ORIENTATION = "urn:3gpp:video-orientation";

  /** Transmission time offset (RFC 5450). */
  public static final String TRANSMISSION_OFFSET = "urn:ietf:params:rtp-hdrext:toffset";

  /** When a frame was captured (libwebrtc). */
  public static final String ABS_CAPTURE_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time";

  /** The bounds of the delay that a receiver may add (libwebrtc). */
  public static final String PLAYOUT_DELAY = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";

  private HeaderExtensionUri() {}
}
