package sfu.protocol.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** AEAD_AES_128_GCM and AEAD_AES_256_GCM (RFC 7714). RTCP goes: header, ciphertext, tag, word. */
final class GcmTransform implements SrtpTransform {
  private static final int RTCP_AAD_LENGTH = Bytes.RTCP_HEADER_LENGTH + RTCP_WORD_LENGTH;

  private final GcmCipher rtp;
  private final GcmCipher rtcp;
  /** Header and word of an RTCP packet, which lie at its two ends, side by side (RFC 7714, 9.2). */
  private final MemorySegment rtcpAad;

  GcmTransform(Arena arena, GcmCipher rtp, GcmCipher rtcp) {
    this.rtp = rtp;
    this.rtcp = rtcp;
    rtcpAad = arena.allocate(RTCP_AAD_LENGTH);
  }

  @Override
  public int rtpOverhead() {
    return GcmCipher.TAG_LENGTH;
  }

  @Override
  public int rtcpOverhead() {
    return GcmCipher.TAG_LENGTH + RTCP_WORD_LENGTH;
  }

  @Override
  public int rtcpWordOffset(int length) {
    return length - RTCP_WORD_LENGTH;
  }

  @Override
  public void sealRtp(int ssrc, long index, MemorySegment dst, long dstOffset, int headerLength, int prefixLength,
      MemorySegment src, long srcOffset, int srcLength) {
    rtp.seal(ssrc, index, dst, dstOffset, headerLength,
        dst, dstOffset + headerLength, prefixLength - headerLength, src, srcOffset, srcLength);
  }

  @Override
  public boolean openRtp(int ssrc, long index, MemorySegment src, long srcOffset, int length, int headerLength,
      MemorySegment dst, long dstOffset) {
    MemorySegment.copy(src, srcOffset, dst, dstOffset, headerLength);
    return rtp.open(ssrc, index, src, srcOffset, headerLength,
        src, srcOffset + headerLength, length - headerLength - GcmCipher.TAG_LENGTH, dst, dstOffset + headerLength);
  }

  @Override
  public void sealRtcp(int ssrc, int index, MemorySegment packet, long offset, int length) {
    int word = index | ENCRYPTED;
    int bodyLength = length - Bytes.RTCP_HEADER_LENGTH;
    setRtcpAad(packet, offset, word);
    rtcp.seal(ssrc, index, rtcpAad, 0, RTCP_AAD_LENGTH,
        packet, offset + Bytes.RTCP_HEADER_LENGTH, bodyLength, packet, offset + length, 0);
    packet.set(Bytes.INT, offset + length + GcmCipher.TAG_LENGTH, word);
  }

  @Override
  public boolean openRtcp(int ssrc, int word, MemorySegment packet, long offset, int length) {
    int bodyLength = length - Bytes.RTCP_HEADER_LENGTH - rtcpOverhead();
    setRtcpAad(packet, offset, word);
    long body = offset + Bytes.RTCP_HEADER_LENGTH;
    return rtcp.open(ssrc, word & ~ENCRYPTED, rtcpAad, 0, RTCP_AAD_LENGTH, packet, body, bodyLength, packet, body);
  }

  private void setRtcpAad(MemorySegment packet, long offset, int word) {
    MemorySegment.copy(packet, offset, rtcpAad, 0, Bytes.RTCP_HEADER_LENGTH);
    rtcpAad.set(Bytes.INT, Bytes.RTCP_HEADER_LENGTH, word);
  }

  @Override
  public void close() {
    rtp.close();
    rtcp.close();
  }
}
