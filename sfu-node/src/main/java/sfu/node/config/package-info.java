/**
 * What an operator can set.
 *
 * <p>In: the environment as a map. Out: one immutable {@link sfu.node.config.Config}, or one line that says what is
 * wrong. Knows nothing of the parts it configures.
 */
package sfu.node.config;
