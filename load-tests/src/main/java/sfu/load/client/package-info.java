/**
 * One participant's side of the signalling, for engines that bring the media.
 *
 * <p>In: an Odoo server's key, a server's address. Out: channels, joined sessions, typed messages both ways. Knows
 * nothing of packets, SDP or any WebRTC library.
 */
package sfu.load.client;
