/**
 * What the operator sees and does: logging, signals, statistics.
 *
 * <p>In: the configuration, signals. Out: log lines, calls on the node. Knows nothing of HTTP or media.
 */
package sfu.node.ops;
