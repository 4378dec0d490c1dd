/**
 * A worker's sockets: one UDP port and one TCP listener (RFC 4571 frames) for all its transports, owned by its loop.
 *
 * <p>In: datagrams, connections and frames from the network, packets gathered by the loop. Out: the same, in batches,
 * by the cheapest calls the machine has. Knows nothing of STUN, DTLS, RTP or of who is behind an address.
 */
package sfu.node.media.io;
