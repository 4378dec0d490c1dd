/**
 * {@code ./sfu load}: who joins which channel when, and what is made of what an engine measured meanwhile. Comes in: a
 * command line. Goes out: a live line, a report, an exit code. Of a server it knows the HTTP API and, if that runs on
 * this machine, the figures of its processes; how packets are made is the engines' business.
 */
package sfu.load.run;
