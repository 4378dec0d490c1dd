/**
 * RTP (RFC 3550), its header extensions (RFC 8285) and retransmission payloads (RFC 4588), as flyweights over bytes.
 *
 * <p>In: bytes of one packet. Out: its fields, or a new header's bytes. Knows nothing of streams, codecs, keys or
 * sockets; allocates nothing per packet, and answers bad bytes with {@code false} or a negative number.
 */
package sfu.protocol.rtp;
