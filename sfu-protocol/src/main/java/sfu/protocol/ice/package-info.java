/**
 * Both ends of an ICE connectivity check as the SFU's transports see it: the lite server and the client that calls it.
 *
 * <p>In: STUN messages with the address they came from, and a time. Out: answers, and whether a path is proven and
 * chosen. Knows nothing of sockets, candidates' gathering or what flows on the path afterwards (RFC 8445).
 */
package sfu.protocol.ice;
