package sfu.protocol.codec;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;

/** The VP9 payload descriptor (RFC 9628, 4.2), flexible and non-flexible mode, with its scalability structure. */
final class Vp9Descriptor implements PayloadParser {
  static final Vp9Descriptor INSTANCE = new Vp9Descriptor();

  private static final int PICTURE_ID_FLAG = 0x80;
  private static final int INTER_PICTURE_FLAG = 0x40;
  private static final int LAYER_FLAG = 0x20;
  private static final int FLEXIBLE_FLAG = 0x10;
  private static final int START_FLAG = 0x08;
  private static final int STRUCTURE_FLAG = 0x02;
  private static final int SWITCHING_UP_FLAG = 0x10;
  private static final int NEXT_REFERENCE_FLAG = 0x01;
  private static final int MAX_REFERENCES = 3;
  private static final int STRUCTURE_SIZES_FLAG = 0x10;
  private static final int STRUCTURE_GROUP_FLAG = 0x08;

  private Vp9Descriptor() {}

  @Override
  public boolean parse(MemorySegment segment, long offset, int length, PayloadInfo out) {
    out.reset();
    if (length < 1) {
      return false;
    }
    int flags = BigEndian.getU8(segment, offset);
    boolean flexible = (flags & FLEXIBLE_FLAG) != 0;
    boolean interPicture = (flags & INTER_PICTURE_FLAG) != 0;
    int at = 1;
    if ((flags & PICTURE_ID_FLAG) != 0) {
      at = PictureIds.read(segment, offset, length, at, out);
    }
    if (at > 0 && (flags & LAYER_FLAG) != 0) {
      at = readLayers(segment, offset, length, at, flexible, out);
    }
    if (at > 0 && flexible && interPicture) {
      at = skipReferences(segment, offset, length, at);
    }
    out.startOfFrame = (flags & START_FLAG) != 0;
    // A picture that isn't predicted from another (P bit) starts with the frame of its lowest spatial layer.
    out.keyFrame = out.startOfFrame && !interPicture && out.spatialLayer <= 0;
    out.switchingUp |= out.keyFrame;
    if (at > 0 && (flags & STRUCTURE_FLAG) != 0) {
      at = readStructure(segment, offset, length, at, out);
    }
    if (at < 0 || at >= length) {
      return false;
    }
    out.descriptorLength = at;
    return true;
  }

  private static int readLayers(
      MemorySegment segment, long offset, int length, int at, boolean flexible, PayloadInfo out) {
    int end = at + (flexible ? 1 : 2);
    if (end > length) {
      return -1;
    }
    int layers = BigEndian.getU8(segment, offset + at);
    out.temporalLayer = layers >>> 5;
    out.switchingUp = (layers & SWITCHING_UP_FLAG) != 0;
    out.spatialLayer = layers >>> 1 & 0x07;
    if (!flexible) {
      out.tl0PicIdx = BigEndian.getU8(segment, offset + at + 1);
    }
    return end;
  }

  private static int skipReferences(MemorySegment segment, long offset, int length, int start) {
    int at = start;
    for (int i = 0; i < MAX_REFERENCES; i++) {
      if (at >= length) {
        return -1;
      }
      int reference = BigEndian.getU8(segment, offset + at);
      at++;
      if ((reference & NEXT_REFERENCE_FLAG) == 0) {
        return at;
      }
    }
    // N may not be set on the third.
    return -1;
  }

  /** RFC 9628, 4.2.1. The size taken is that of the largest spatial layer, which comes last. */
  private static int readStructure(MemorySegment segment, long offset, int length, int start, PayloadInfo out) {
    if (start >= length) {
      return -1;
    }
    int head = BigEndian.getU8(segment, offset + start);
    int at = start + 1;
    if ((head & STRUCTURE_SIZES_FLAG) != 0) {
      at += 4 * ((head >>> 5) + 1);
      if (at > length) {
        return -1;
      }
      if (out.keyFrame) {
        out.width = BigEndian.getU16(segment, offset + at - 4);
        out.height = BigEndian.getU16(segment, offset + at - 2);
      }
    }
    if ((head & STRUCTURE_GROUP_FLAG) == 0) {
      return at;
    }
    if (at >= length) {
      return -1;
    }
    int pictures = BigEndian.getU8(segment, offset + at);
    at++;
    for (int i = 0; i < pictures; i++) {
      if (at >= length) {
        return -1;
      }
      at += 1 + (BigEndian.getU8(segment, offset + at) >>> 2 & 0x03);
    }
    return at;
  }

  /** The descriptor up to its base layer index, 0 to 5 bytes: a scalability structure can be long. */
  @Override
  public int rewrite(
      MemorySegment src,
      long srcOffset,
      PayloadInfo info,
      MemorySegment dst,
      long dstOffset,
      int pictureId,
      int tl0PicIdx) {
    if (info.pictureIdBits == 0 && info.tl0PicIdx < 0) {
      return 0;
    }
    BigEndian.put8(dst, dstOffset, BigEndian.getU8(src, srcOffset));
    int at = 1;
    if (info.pictureIdBits != 0) {
      at += PictureIds.write(dst, dstOffset + at, pictureId, info.pictureIdBits);
    }
    if (info.tl0PicIdx >= 0) {
      BigEndian.put8(dst, dstOffset + at, BigEndian.getU8(src, srcOffset + at));
      BigEndian.put8(dst, dstOffset + at + 1, tl0PicIdx);
      at += 2;
    }
    return at;
  }
}
