package sfu.node.media.transport;

/** Why a packet went no further. Each is counted by the worker; none is ever an exception. */
public enum Drop {
  /** Neither STUN, DTLS, RTP nor RTCP by its first byte (RFC 7983), or too short or long. */
  NOT_OURS,
  /** From an address that no transport has authenticated. */
  UNKNOWN_SENDER,
  /** A STUN message that names no transport of this worker, or whose integrity is wrong. */
  BAD_STUN,
  /** A DTLS record, RTP or RTCP packet before its time: not connected yet, or the wrong direction. */
  UNEXPECTED,
  /** No valid RTP or RTCP. */
  MALFORMED,
  /** SRTP: seen before, or older than the replay window. */
  REPLAYED,
  /** SRTP: the authentication tag is wrong. */
  UNAUTHENTIC,
  /** An SSRC that no producer of the transport has, or more of them than a transport may bring. */
  UNKNOWN_STREAM,
  /** A payload type that was not negotiated. */
  UNKNOWN_PAYLOAD,
  /** Received already, by retransmission or doubled by the network. */
  DUPLICATE,
  /** Over the bit rate that a transport may send, or feedback that asks or tells more than it may. */
  OVER_LIMIT
}
