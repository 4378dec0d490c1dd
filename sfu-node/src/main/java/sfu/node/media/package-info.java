/**
 * Media workers: native transports, routers, producers and consumers, one event loop a core.
 *
 * <p>In: {@link sfu.node.media.MediaCommand}s and packets. Out: {@link sfu.node.media.MediaEvent}s and packets. Knows
 * nothing of HTTP, of sessions or of the cluster.
 */
package sfu.node.media;
