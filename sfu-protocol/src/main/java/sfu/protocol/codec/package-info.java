/**
 * What an SFU reads in an RTP payload without decoding it: VP8 (RFC 7741), VP9 (RFC 9628), H.264 (RFC 6184), audio.
 *
 * <p>In: the bytes of one payload. Out: a {@link sfu.protocol.codec.PayloadInfo}, or the payload's first bytes with
 * other picture ids. Knows nothing of streams, chosen layers or sockets; neither allocates nor throws.
 */
package sfu.protocol.codec;
