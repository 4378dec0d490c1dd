/**
 * Participants without codecs, any number in one process: real ICE, DTLS and SRTP on sockets of their own, media that
 * is made up but looks like a browser's, and meters on what arrives: gaps above all.
 *
 * <p>In: an invitation, what to send, how to behave when a connection ends. Out: packets to any server that speaks the
 * protocol, and reports of who heard whom and when not. Knows the server by its wire alone.
 */
package sfu.load.wire;
