package sfu.protocol.rtp;

import java.lang.foreign.MemorySegment;

/** Retransmission payloads (RFC 4588, section 4): the original sequence number, then the original payload. */
public final class Rtx {
  /** The original sequence number in front of the payload, in bytes. */
  public static final int HEADER_LENGTH = 2;

  private Rtx() {}

  /** 0..65535; -1 for a packet too short to hold one, such as the padding-only packets that probe for bandwidth. */
  public static int originalSequenceNumber(RtpPacket rtx) {
    return rtx.payloadLength() < HEADER_LENGTH
        ? -1
        : BigEndian.getU16(rtx.segment(), rtx.offset() + rtx.payloadOffset());
  }

  /** Writes what precedes the original payload. Returns {@value #HEADER_LENGTH}. */
  public static int writeOriginalSequenceNumber(MemorySegment segment, long offset, int sequenceNumber) {
    BigEndian.put16(segment, offset, sequenceNumber);
    return HEADER_LENGTH;
  }

  /**
   * Turns a plain retransmission packet into the one it repeats, in place: sequence number, SSRC and payload type are
   * put back and what follows the original sequence number moves up. The packet stays at its offset, two bytes
   * shorter, and the flyweight with it. Returns false, and changes nothing, when there is no original packet inside.
   */
  public static boolean restore(RtpPacket rtx, int mediaSsrc, int mediaPayloadType) {
    int original = originalSequenceNumber(rtx);
    if (original < 0) {
      return false;
    }
    MemorySegment segment = rtx.segment();
    long payload = rtx.offset() + rtx.payloadOffset();
    int rest = rtx.length() - rtx.headerLength() - HEADER_LENGTH;
    MemorySegment.copy(segment, payload + HEADER_LENGTH, segment, payload, rest);
    rtx.sequenceNumber(original).ssrc(mediaSsrc).payloadType(mediaPayloadType);
    return rtx.rewrap(segment, rtx.offset(), rtx.length() - HEADER_LENGTH);
  }
}
