/**
 * The server: {@link sfu.node.Main} starts a {@link sfu.node.Node}, which assembles the packages below.
 *
 * <p>In: the environment, signals. Out: a running node. Knows how the parts fit, and nothing of what they do.
 */
package sfu.node;
