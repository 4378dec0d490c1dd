/**
 * The send side: what viewers get. One {@link sfu.node.media.consumer.Consumer} a viewer and stream: which layer, with
 * which numbers, when again.
 *
 * <p>In: packets of producers, and the viewer's RTCP. Out: SRTP and sender reports on an STC transport. Knows nothing of
 * how packets came in.
 */
package sfu.node.media.consumer;
