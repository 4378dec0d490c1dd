package sfu.protocol.rtp;

/** The URIs that name RTP header extensions in negotiation (RFC 8285, section 5). */
public final class HeaderExtensionUri {
  /** RFC 8843, 15.2: which m-line a stream belongs to. */
  public static final String MID = "urn:ietf:params:rtp-hdrext:sdes:mid";

  /** RFC 8852: which simulcast encoding a stream is. */
  public static final String RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";

  /** RFC 8852: which simulcast encoding a retransmission stream repairs. */
  public static final String REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";

  public static final String ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";

  public static final String TRANSPORT_WIDE_CC =
      "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

  /** RFC 6464. */
  public static final String AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

  /** 3GPP TS 26.114, 7.4.5. */
  public static final String VIDEO_ORIENTATION = "urn:3gpp:video-orientation";

  /** RFC 5450. */
  public static final String TRANSMISSION_OFFSET = "urn:ietf:params:rtp-hdrext:toffset";

  public static final String ABS_CAPTURE_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time";

  public static final String PLAYOUT_DELAY = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";

  private HeaderExtensionUri() {}
}
