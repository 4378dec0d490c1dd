package sfu.protocol.codec;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;

/** The picture id that VP8 (RFC 7741, 4.2) and VP9 (RFC 9628, 4.2) share: 7 bits, or 15 after a set first bit. */
final class PictureIds {
  private static final int LONG_FLAG = 0x80;

  private PictureIds() {}

  /** Reads the id at {@code at}. Returns where the next field starts, or -1 when the payload ends before. */
  static int read(MemorySegment segment, long offset, int length, int at, PayloadInfo out) {
    if (at >= length) {
      return -1;
    }
    int first = BigEndian.getU8(segment, offset + at);
    if ((first & LONG_FLAG) == 0) {
      out.pictureId = first;
      out.pictureIdBits = 7;
      return at + 1;
    }
    if (at + 1 >= length) {
      return -1;
    }
    out.pictureId = BigEndian.getU16(segment, offset + at) & 0x7fff;
    out.pictureIdBits = 15;
    return at + 2;
  }

  /** Writes an id of so many bits. Returns how many bytes it took. */
  static int write(MemorySegment segment, long offset, int pictureId, int bits) {
    if (bits == 7) {
      BigEndian.put8(segment, offset, pictureId & 0x7f);
      return 1;
    }
    BigEndian.put16(segment, offset, LONG_FLAG << 8 | pictureId & 0x7fff);
    return 2;
  }
}
