/**
 * Several nodes on one machine, to try and to test a cluster with: {@code ./sfu cluster}.
 *
 * <p>In: the environment of a node, as a template. Out: one process a node, and a balancer in front of them. Knows of a
 * node only its command line, its variables and what its management port says. Threads block here, virtual ones: this is a
 * tool, not a part of a call.
 */
package sfu.node.local;
