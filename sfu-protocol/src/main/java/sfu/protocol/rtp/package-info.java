/**
 * RTP (RFC 3550), its header extensions (RFC 8285) and retransmission payloads (RFC 4588), as flyweights over bytes.
 *
 * <p>In: bytes of one packet. Out: its fields, or a new header's bytes. Knows nothing of streams, codecs, keys or
 * sockets; nothing here allocates per packet, and bad bytes give {@code false} or a negative number, never an exception.
 */
package sfu.protocol.rtp;
