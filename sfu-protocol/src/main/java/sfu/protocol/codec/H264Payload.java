package sfu.protocol.codec;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;

/**
 * H.264 payloads of packetization mode 1 (RFC 6184, 5.4 to 5.8): single NAL units, STAP-A and FU-A. There is no
 * descriptor and no picture id. Of the interleaved mode's types none is negotiated, so they are malformed here.
 */
final class H264Payload implements PayloadParser {
  static final H264Payload INSTANCE = new H264Payload();

  private static final int TYPE_MASK = 0x1f;
  private static final int REFERENCE_MASK = 0x60;
  private static final int FORBIDDEN_FLAG = 0x80;
  private static final int SLICE = 1;
  private static final int SLICE_PARTITION_A = 2;
  private static final int IDR_SLICE = 5;
  private static final int SEI = 6;
  private static final int SPS = 7;
  private static final int DELIMITER = 9;
  private static final int LAST_SINGLE = 23;
  private static final int STAP_A = 24;
  private static final int FU_A = 28;
  private static final int FU_START_FLAG = 0x80;

  private H264Payload() {}

  @Override
  public boolean parse(MemorySegment segment, long offset, int length, PayloadInfo out) {
    out.reset();
    if (length < 1) {
      return false;
    }
    int head = BigEndian.getU8(segment, offset);
    if ((head & FORBIDDEN_FLAG) != 0) {
      return false;
    }
    int type = head & TYPE_MASK;
    out.discardable = (head & REFERENCE_MASK) == 0;
    boolean valid =
        switch (type) {
          case STAP_A -> readAggregate(segment, offset, length, out);
          case FU_A -> readFragment(segment, offset, length, out);
          default -> {
            readUnit(segment, offset + 1, length - 1, type, out);
            yield type > 0 && type <= LAST_SINGLE;
          }
        };
    out.switchingUp = out.keyFrame;
    return valid;
  }

  /** RFC 6184, 5.7.1: sizes of 16 bits, each followed by its NAL unit. */
  private static boolean readAggregate(MemorySegment segment, long offset, int length, PayloadInfo out) {
    int at = 1;
    while (at < length) {
      if (at + 2 > length) {
        return false;
      }
      int size = BigEndian.getU16(segment, offset + at);
      at += 2;
      if (size == 0 || at + size > length) {
        return false;
      }
      int type = BigEndian.getU8(segment, offset + at) & TYPE_MASK;
      readUnit(segment, offset + at + 1, size - 1, type, out);
      at += size;
    }
    return length > 1;
  }

  /** RFC 6184, 5.8. Only the first fragment shows where the NAL unit begins. */
  private static boolean readFragment(MemorySegment segment, long offset, int length, PayloadInfo out) {
    if (length < 3) {
      return false;
    }
    int head = BigEndian.getU8(segment, offset + 1);
    if ((head & FU_START_FLAG) != 0) {
      readUnit(segment, offset + 2, length - 2, head & TYPE_MASK, out);
    }
    return true;
  }

  /**
   * SEI, parameter sets and delimiters come before a frame's slices (ITU-T H.264, 7.4.1.2.3). A slice begins a frame
   * when its first macroblock is 0: an unsigned Exp-Golomb code of one set bit (7.3.3). A decoder that comes from another
   * stream, or from none, can't start at an IDR slice whose parameter sets it has not seen; browsers send them with each.
   */
  private static void readUnit(MemorySegment segment, long body, int length, int type, PayloadInfo out) {
    out.keyFrame |= type == SPS;
    boolean precedesSlices = type >= SEI && type <= DELIMITER;
    boolean slice = type == SLICE || type == SLICE_PARTITION_A || type == IDR_SLICE;
    out.startOfFrame |= precedesSlices || slice && length > 0 && (BigEndian.getU8(segment, body) & 0x80) != 0;
  }

  @Override
  public int rewrite(
      MemorySegment src,
      long srcOffset,
      PayloadInfo info,
      MemorySegment dst,
      long dstOffset,
      int pictureId,
      int tl0PicIdx) {
    return 0;
  }
}
