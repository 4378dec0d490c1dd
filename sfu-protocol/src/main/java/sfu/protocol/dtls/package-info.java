/**
 * DTLS 1.2 with use_srtp (RFC 6347, RFC 5764) for one transport, on Bouncy Castle: who the peer is, and the keys of
 * SRTP.
 *
 * <p>In: datagrams, and the fingerprints that signalling announced. Out: datagrams, then SRTP keys, or why there are
 * none. Knows nothing of sockets, ICE or SRTP packets. Bouncy Castle blocks and keeps its own retransmission timers,
 * so an endpoint occupies a (virtual) thread of the executor it is given and, alone in this module, reads a clock.
 */
package sfu.protocol.dtls;
