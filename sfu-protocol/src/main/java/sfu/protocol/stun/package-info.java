/**
 * STUN messages as flyweights over packet bytes (RFC 8489), with the attributes that ICE adds (RFC 8445, 7.1).
 *
 * <p>In: bytes of one datagram. Out: its attributes, or the bytes of a message. Knows nothing of sockets, time or ICE's
 * rules.
 */
package sfu.protocol.stun;
