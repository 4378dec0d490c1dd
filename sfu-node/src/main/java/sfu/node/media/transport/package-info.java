/**
 * What is common to all transports: paths and liveness, SRTP, timers, the order of sending; and to those of clients:
 * ICE-lite and DTLS.
 *
 * <p>In: datagrams and TCP frames of one peer. Out: the same, and {@link sfu.node.media.MediaEvent}s. Knows nothing of
 * producers and consumers.
 */
package sfu.node.media.transport;
