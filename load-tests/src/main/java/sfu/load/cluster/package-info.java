/**
 * What happens to a call when something happens to the cluster that carries it: real node processes on loopback, wire
 * participants, and the silences that they hear.
 *
 * <p>In: what is to be done to which node. Out: who heard whom when. Knows the server only by its command line, its
 * environment, its HTTP API and its management port.
 */
package sfu.load.cluster;
