/**
 * Channels, sessions and what holds them together: sharded entities, the replicated registry, a gateway a socket.
 *
 * <p>In: what sockets and the HTTP API ask, media events. Out: bus frames, media commands. Knows media by its messages
 * alone, and nothing of HTTP.
 */
package sfu.node.cluster;
