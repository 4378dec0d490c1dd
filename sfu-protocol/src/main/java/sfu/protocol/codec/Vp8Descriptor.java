package sfu.protocol.codec;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;

/** The VP8 payload descriptor (RFC 7741, 4.2), and the key frame bit and size of the frame behind it (4.3). */
final class Vp8Descriptor implements PayloadParser {
  static final Vp8Descriptor INSTANCE = new Vp8Descriptor();

  private static final int EXTENDED_FLAG = 0x80;
  private static final int NON_REFERENCE_FLAG = 0x20;
  private static final int START_FLAG = 0x10;
  private static final int PARTITION_MASK = 0x07;
  private static final int PICTURE_ID_FLAG = 0x80;
  private static final int TL0_PIC_IDX_FLAG = 0x40;
  private static final int TEMPORAL_ID_FLAG = 0x20;
  private static final int KEY_INDEX_FLAG = 0x10;
  private static final int LAYER_SYNC_FLAG = 0x20;
  private static final int INTER_FRAME_FLAG = 0x01;
  private static final int KEY_FRAME_HEADER_LENGTH = 10;
  private static final int START_CODE = 0x9d012a;
  private static final int START_CODE_OFFSET = 3;
  private static final int SIZE_MASK = 0x3fff;

  private Vp8Descriptor() {}

  @Override
  public boolean parse(MemorySegment segment, long offset, int length, PayloadInfo out) {
    out.reset();
    if (length < 1) {
      return false;
    }
    int flags = BigEndian.getU8(segment, offset);
    out.discardable = (flags & NON_REFERENCE_FLAG) != 0;
    out.startOfFrame = (flags & START_FLAG) != 0 && (flags & PARTITION_MASK) == 0;
    int at = (flags & EXTENDED_FLAG) == 0 ? 1 : readExtension(segment, offset, length, out);
    // A descriptor without a byte of the frame behind it carries nothing.
    if (at < 0 || at >= length) {
      return false;
    }
    out.descriptorLength = at;
    out.keyFrame = out.startOfFrame && (BigEndian.getU8(segment, offset + at) & INTER_FRAME_FLAG) == 0;
    if (out.keyFrame) {
      out.switchingUp = true;
      readSize(segment, offset + at, length - at, out);
    }
    return true;
  }

  private static int readExtension(MemorySegment segment, long offset, int length, PayloadInfo out) {
    if (length < 2) {
      return -1;
    }
    int present = BigEndian.getU8(segment, offset + 1);
    int at = 2;
    if ((present & PICTURE_ID_FLAG) != 0) {
      at = PictureIds.read(segment, offset, length, at, out);
      if (at < 0) {
        return -1;
      }
    }
    if ((present & TL0_PIC_IDX_FLAG) != 0) {
      if (at >= length) {
        return -1;
      }
      out.tl0PicIdx = BigEndian.getU8(segment, offset + at);
      at++;
    }
    if ((present & (TEMPORAL_ID_FLAG | KEY_INDEX_FLAG)) != 0) {
      if (at >= length) {
        return -1;
      }
      // TID and Y mean something only with T; the byte may be there for KEYIDX alone.
      if ((present & TEMPORAL_ID_FLAG) != 0) {
        int layer = BigEndian.getU8(segment, offset + at);
        out.temporalLayer = layer >>> 6;
        out.switchingUp = (layer & LAYER_SYNC_FLAG) != 0;
      }
      at++;
    }
    return at;
  }

  private static void readSize(MemorySegment segment, long frame, int length, PayloadInfo out) {
    if (length < KEY_FRAME_HEADER_LENGTH || BigEndian.getU24(segment, frame + START_CODE_OFFSET) != START_CODE) {
      return;
    }
    // VP8 itself is little-endian.
    out.width = littleEndian16(segment, frame + 6) & SIZE_MASK;
    out.height = littleEndian16(segment, frame + 8) & SIZE_MASK;
  }

  private static int littleEndian16(MemorySegment segment, long offset) {
    return BigEndian.getU8(segment, offset) | BigEndian.getU8(segment, offset + 1) << 8;
  }

  /** The whole descriptor, so 1 to {@value PayloadParser#MAX_REWRITTEN_LENGTH} bytes. */
  @Override
  public int rewrite(
      MemorySegment src,
      long srcOffset,
      PayloadInfo info,
      MemorySegment dst,
      long dstOffset,
      int pictureId,
      int tl0PicIdx) {
    MemorySegment.copy(src, srcOffset, dst, dstOffset, info.descriptorLength);
    int at = 2;
    if (info.pictureIdBits != 0) {
      at += PictureIds.write(dst, dstOffset + at, pictureId, info.pictureIdBits);
    }
    if (info.tl0PicIdx >= 0) {
      BigEndian.put8(dst, dstOffset + at, tl0PicIdx);
    }
    return info.descriptorLength;
  }
}
