package sfu.protocol.srtp;

import java.lang.foreign.MemorySegment;

/** AES_CM_128_HMAC_SHA1_80 (RFC 3711, 4.1.1 and 4.2.1). RTCP goes: header, ciphertext, word, tag. */
final class CmTransform implements SrtpTransform {
  private final CmCipher rtp;
  private final CmCipher rtcp;

  CmTransform(CmCipher rtp, CmCipher rtcp) {
    this.rtp = rtp;
    this.rtcp = rtcp;
  }

  @Override
  public int rtpOverhead() {
    return CmCipher.TAG_LENGTH;
  }

  @Override
  public int rtcpOverhead() {
    return RTCP_WORD_LENGTH + CmCipher.TAG_LENGTH;
  }

  @Override
  public int rtcpWordOffset(int length) {
    return length - rtcpOverhead();
  }

  @Override
  public void sealRtp(int ssrc, long index, MemorySegment dst, long dstOffset, int headerLength, int prefixLength,
      MemorySegment src, long srcOffset, int srcLength) {
    rtp.crypt(ssrc, index, dst, dstOffset + headerLength, prefixLength - headerLength, src, srcOffset, srcLength);
    int length = prefixLength + srcLength;
    rtp.sign(dst, dstOffset, length, rolloverCounter(index), dstOffset + length);
  }

  @Override
  public boolean openRtp(int ssrc, long index, MemorySegment src, long srcOffset, int length, int headerLength,
      MemorySegment dst, long dstOffset) {
    int plainLength = length - CmCipher.TAG_LENGTH;
    if (!rtp.verify(src, srcOffset, plainLength, rolloverCounter(index), srcOffset + plainLength)) {
      return false;
    }
    MemorySegment.copy(src, srcOffset, dst, dstOffset, headerLength);
    rtp.crypt(ssrc, index, dst, dstOffset + headerLength, 0, src, srcOffset + headerLength, plainLength - headerLength);
    return true;
  }

  @Override
  public void sealRtcp(int ssrc, int index, MemorySegment packet, long offset, int length) {
    int word = index | ENCRYPTED;
    rtcp.crypt(ssrc, index, packet, offset + Bytes.RTCP_HEADER_LENGTH, length - Bytes.RTCP_HEADER_LENGTH,
        packet, offset + length, 0);
    packet.set(Bytes.INT, offset + length, word);
    rtcp.sign(packet, offset, length, word, offset + length + RTCP_WORD_LENGTH);
  }

  @Override
  public boolean openRtcp(int ssrc, int word, MemorySegment packet, long offset, int length) {
    int plainLength = length - rtcpOverhead();
    if (!rtcp.verify(packet, offset, plainLength, word, offset + plainLength + RTCP_WORD_LENGTH)) {
      return false;
    }
    rtcp.crypt(ssrc, word & ~ENCRYPTED, packet, offset + Bytes.RTCP_HEADER_LENGTH,
        plainLength - Bytes.RTCP_HEADER_LENGTH, packet, offset + plainLength, 0);
    return true;
  }

  private static int rolloverCounter(long index) {
    return (int) (index >>> 16);
  }

  @Override
  public void close() {
    rtp.close();
    rtcp.close();
  }
}
