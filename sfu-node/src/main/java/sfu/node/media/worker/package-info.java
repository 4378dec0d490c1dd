/**
 * One worker: its loop thread, its demultiplexer, and the tables of what lives on it.
 *
 * <p>In: {@link sfu.node.media.MediaCommand}s and what the sockets bring. Out: {@link sfu.node.media.MediaReply}s. Knows
 * nothing of actors but their addresses.
 */
package sfu.node.media.worker;
