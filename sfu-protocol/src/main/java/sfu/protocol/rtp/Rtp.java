package sfu.protocol.rtp;

import java.lang.foreign.MemorySegment;

/** What tells RTP from the other protocols of the same port, before anything is decrypted. */
public final class Rtp {
  /** The fixed part of an RTP header (RFC 3550, 5.1), in bytes. */
  public static final int MIN_HEADER_LENGTH = 12;

  private Rtp() {}

  /**
   * Whether a datagram is RTP, protected or plain: its first byte is in 128..191 (RFC 7983) and its second is outside
   * of 192..223, which RFC 5761 leaves to RTCP. Says nothing about the packet being well-formed.
   */
  public static boolean looksLike(MemorySegment segment, long offset, int length) {
    return length >= MIN_HEADER_LENGTH
        && isMedia(BigEndian.getU8(segment, offset))
        && !isRtcpPacketType(BigEndian.getU8(segment, offset + 1));
  }

  /** RFC 7983: the first bytes that RTP and RTCP share. */
  public static boolean isMedia(int firstByte) {
    return (firstByte & 0xc0) == 0x80;
  }

  /** RFC 5761, section 4: the second bytes that mean RTCP on a port that carries both. */
  public static boolean isRtcpPacketType(int secondByte) {
    return (secondByte & 0xe0) == 0xc0;
  }
}
