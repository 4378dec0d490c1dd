/**
 * What is common to both directions of a WebRTC transport: ICE-lite, DTLS, SRTP keys, paths and liveness.
 *
 * <p>In: datagrams and TCP frames of one client. Out: the same, and {@link sfu.node.media.MediaEvent}s. Knows nothing of
 * producers and consumers.
 */
package sfu.node.media.transport;
