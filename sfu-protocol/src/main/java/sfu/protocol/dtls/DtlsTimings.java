package sfu.protocol.dtls;

/**
 * How long an endpoint waits, in milliseconds.
 *
 * @param resendMillis before a flight that brought no answer is sent again; doubles each time (RFC 6347, 4.2.4)
 * @param alertMillis after a plaintext alert, which anybody can forge, before it is believed because nothing else came
 * @param idleMillis without a usable datagram before the handshake is given up
 */
record DtlsTimings(int resendMillis, int alertMillis, int idleMillis) {
  /** A lost datagram should cost a call's start little, so the first resend comes early, as libwebrtc has it too. */
  static final DtlsTimings DEFAULT = new DtlsTimings(100, 2_000, 30_000);
}
