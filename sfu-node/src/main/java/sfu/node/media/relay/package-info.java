/**
 * Producers that cross from the worker that receives them (near) to one that has viewers of them (far). One
 * {@link sfu.node.media.relay.RelayTransport} a pair of workers, a link; at its near end one
 * {@link sfu.node.media.relay.RelaySource} a producer, at its far end one {@link sfu.node.media.relay.RelayedProducer}.
 *
 * <p>In: packets of local producers, and what a link brings. Out: SRTP, NACK, PLI, reports and wants on a link, and
 * producers like any other. All that is said in band is said again and again, so that nothing depends on one datagram.
 * Knows nothing of who views, nor of how workers find each other.
 */
package sfu.node.media.relay;
