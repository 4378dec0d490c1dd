/**
 * A call in virtual time: a worker without its thread, a network that loses, delays and reorders, and clients with real
 * ICE, DTLS and SRTP that send, repair and watch.
 *
 * <p>In: what a test lets happen. Out: what arrived, when, and what it took. Knows nothing of the worker's inside.
 */
package sfu.node.media.sim;
