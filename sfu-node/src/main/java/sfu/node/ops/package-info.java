/**
 * What the operator sees and does: logging, signals, statistics, the management port; and what settings make of the actor
 * system: where it listens, how it finds the other nodes and joins them.
 *
 * <p>In: the configuration, signals. Out: log lines, calls on the node, membership. Knows nothing of calls or media.
 */
package sfu.node.ops;
