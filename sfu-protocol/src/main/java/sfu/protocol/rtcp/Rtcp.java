package sfu.protocol.rtcp;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;
import sfu.protocol.rtp.Rtp;

/** Packet types and the common header of RTCP (RFC 3550, 6.4.1; RFC 4585, 6.1). */
public final class Rtcp {
  public static final int SENDER_REPORT = 200;
  public static final int RECEIVER_REPORT = 201;
  public static final int SOURCE_DESCRIPTION = 202;
  public static final int BYE = 203;
  public static final int APPLICATION_DEFINED = 204;
  public static final int TRANSPORT_LAYER_FEEDBACK = 205;
  public static final int PAYLOAD_SPECIFIC_FEEDBACK = 206;
  public static final int EXTENDED_REPORT = 207;

  /** The five bits of the first byte count report blocks or sources, or name a feedback format. */
  public static final int MAX_COUNT = 31;

  static final int HEADER_LENGTH = 4;
  static final int FLAGS_FIELD_OFFSET = 0;
  static final int PACKET_TYPE_FIELD_OFFSET = 1;
  static final int LENGTH_FIELD_OFFSET = 2;
  static final int SENDER_SSRC_FIELD_OFFSET = 4;
  static final int MEDIA_SSRC_FIELD_OFFSET = 8;

  /** Common header, sender and media SSRC of a feedback message (RFC 4585, 6.1), in bytes. */
  static final int FEEDBACK_HEADER_LENGTH = 12;

  /** The header with the sender's SSRC, which SRTCP leaves in the clear and can't do without (RFC 3711, 3.4). */
  private static final int MIN_LENGTH = 8;

  private Rtcp() {}

  /**
   * Whether a datagram is RTCP, protected or plain: its first byte is in 128..191 (RFC 7983), its second in 192..223
   * (RFC 5761). Says nothing about the packet being well-formed.
   */
  public static boolean looksLike(MemorySegment segment, long offset, int length) {
    return length >= MIN_LENGTH
        && Rtp.isMedia(BigEndian.getU8(segment, offset))
        && Rtp.isRtcpPacketType(BigEndian.getU8(segment, offset + 1));
  }
}
