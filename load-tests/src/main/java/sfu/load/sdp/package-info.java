/**
 * Between the server's parameters and the SDP that a PeerConnection wants, which no SFU sends (RFC 8866, 8829).
 *
 * <p>In: SDP of a PeerConnection, transport and stream parameters of the server. Out: the parameters in that SDP, and
 * the server's half of the SDP. Knows nothing of the signalling or of any WebRTC library.
 */
package sfu.load.sdp;
