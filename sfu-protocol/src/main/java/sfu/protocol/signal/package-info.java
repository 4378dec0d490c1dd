/**
 * The conversation over the WebSocket: credentials, bus frames, the messages in them, close codes.
 *
 * <p>In: text frames and a time. Out: typed messages, text frames, the next deadline. Knows nothing of sockets, actors
 * or media packets.
 */
package sfu.protocol.signal;
