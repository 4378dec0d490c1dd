package sfu.protocol.srtp;

/** Why a received packet was refused. All negative, so they share an {@code int} with a length; count them and drop. */
public final class SrtpError {
  /** Too short for its header and tag, or an RTCP packet that is not encrypted. */
  public static final int MALFORMED = -1;
  /** Seen before, or too old for the replay window (RFC 3711, 3.3.2). */
  public static final int REPLAY = -2;
  /** The authentication tag does not fit: forged, damaged or under another key. */
  public static final int AUTH_FAILED = -3;
  /** Another SSRC after {@link SrtpReceiver#MAX_STREAMS}. */
  public static final int TOO_MANY_STREAMS = -4;

  private SrtpError() {}
}
