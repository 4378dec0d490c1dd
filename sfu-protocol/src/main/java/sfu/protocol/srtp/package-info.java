/**
 * SRTP and SRTCP (RFC 3711, RFC 7714) over libcrypto or the JDK's own ciphers.
 *
 * <p>In: RTP and RTCP packets and the master keys that DTLS agreed on. Out: protected or checked packets, or a negative
 * {@link sfu.protocol.srtp.SrtpError}. Knows nothing of codecs, sockets, transports or how the keys came about.
 */
package sfu.protocol.srtp;
