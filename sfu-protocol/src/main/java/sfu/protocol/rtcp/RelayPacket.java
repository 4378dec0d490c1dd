package sfu.protocol.rtcp;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;

/**
 * What the messages between two media workers have in common: RTCP APP packets (RFC 3550, 6.7) of the name "SFUR",
 * told apart by their subtype, which begin with the relay they are about and a number by which an older one that
 * comes late is known.
 *
 * <pre>
 *   0 V=2, P=0, subtype | PT=204 | length      8 "SFUR"
 *   4 sender's SSRC                           12 relay: SSRC of its lowest layer     16 number
 * </pre>
 */
final class RelayPacket {
  static final int NAME = 0x53465552;
  static final int NAME_FIELD_OFFSET = 8;
  static final int RELAY_FIELD_OFFSET = 12;
  static final int NUMBER_FIELD_OFFSET = 16;
  static final int HEADER_LENGTH = 20;

  private RelayPacket() {}

  /** Whether the reader stands on a message of this subtype that holds its fixed part. */
  static boolean is(RtcpReader reader, int subtype, int minLength) {
    return reader.packetType() == Rtcp.APPLICATION_DEFINED
        && reader.count() == subtype
        && reader.length() >= minLength
        && BigEndian.get32(reader.segment(), reader.offset() + NAME_FIELD_OFFSET) == NAME;
  }

  /** Begins a message of {@code bytes} in all. Returns where it starts in the segment, or -1 when there is no room. */
  static long begin(RtcpWriter writer, int subtype, int bytes, int senderSsrc, int relay, int number) {
    long at = writer.begin(Rtcp.APPLICATION_DEFINED, subtype, bytes);
    if (at >= 0) {
      MemorySegment segment = writer.segment();
      BigEndian.put32(segment, at + Rtcp.SENDER_SSRC_FIELD_OFFSET, senderSsrc);
      BigEndian.put32(segment, at + NAME_FIELD_OFFSET, NAME);
      BigEndian.put32(segment, at + RELAY_FIELD_OFFSET, relay);
      BigEndian.put32(segment, at + NUMBER_FIELD_OFFSET, number);
    }
    return at;
  }
}
