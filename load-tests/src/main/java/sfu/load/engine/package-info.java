/**
 * What an engine is: something that lets participants join a server and measures what they get. Comes in: who joins
 * which channel and sends what. Goes out: samples while it runs and a report for each participant. How a participant is
 * made, of bytes or of libwebrtc, is not known here.
 */
package sfu.load.engine;
