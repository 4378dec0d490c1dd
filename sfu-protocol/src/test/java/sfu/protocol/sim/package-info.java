/**
 * A network for tests: packets and a virtual time in, the same packets later, or not at all, out.
 *
 * <p>In: anything, with a size. Out: what arrives by a given time. Knows nothing of what it carries.
 */
package sfu.protocol.sim;
