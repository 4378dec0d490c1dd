/**
 * What forwarding a packet costs, next to the same loop without an SFU in it.
 *
 * <p>In: which scenarios, ciphers and socket interfaces. Out: a table, and JSON. Knows the node's media worker by its
 * commands, its counters and its {@code turn}; must not know what is inside.
 */
package sfu.load.bench;
