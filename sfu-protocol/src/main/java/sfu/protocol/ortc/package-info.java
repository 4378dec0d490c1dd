/**
 * The ORTC-like parameter objects of the wire (mediasoup's shapes) and the rules by which two sides agree on them. The
 * records refuse absent required fields and null elements when they are made, so what exists is complete.
 *
 * <p>In: what a client says it can do or sends. Out: what a producer may send and a consumer will get. Knows nothing of
 * sockets, actors or packets.
 */
package sfu.protocol.ortc;
