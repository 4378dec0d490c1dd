/**
 * Servers to drive, as processes on the loopback: one, or several that are a cluster.
 *
 * <p>In: environment variables. Out: addresses, logs, exit codes. Knows of a server its command line, its variables and
 * its HTTP, nothing of its insides.
 */
package sfu.load.server;
