package sfu.load.wire;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;

/** VP8: the descriptor (RFC 7741, 4.2), and in a frame's first packet the frame's own header (4.3). */
final class Vp8Packetizer extends Packetizer {

  private static final int EXTENDED = 0x80;
  private static final int NON_REFERENCE = 0x20;
  private static final int START = 0x10;

  /** Picture id, TL0PICIDX and temporal layer follow. */
  private static final int ALL_FIELDS = 0xe0;

  private static final int LAYER_SYNC = 0x20;
  private static final int DESCRIPTOR_BYTES = 6;
  private static final int INTER_FRAME = 0x01;
  private static final int SHOWN = 0x10;
  private static final int START_CODE = 0x9d012a;

  private final int width;
  private final int height;
  private int pictureId;
  private int tl0PicIdx;
  private int frameSinceKey = -1;

  Vp8Packetizer(int width, int height, int pictureId, int tl0PicIdx) {
    this.width = width;
    this.height = height;
    this.pictureId = pictureId;
    this.tl0PicIdx = tl0PicIdx;
  }

  @Override
  void begin(boolean keyFrame, int frameBytes) {
    frameSinceKey = keyFrame ? 0 : frameSinceKey + 1;
    pictureId = pictureId + 1 & 0x7fff;
    tl0PicIdx = tl0PicIdx + (temporalLayer() == 0 ? 1 : 0) & 0xff;
    split(frameBytes);
  }

  @Override
  int temporalLayer() {
    return temporalLayerOf(frameSinceKey);
  }

  /** Whether the frame depends on the base layer alone, so that a viewer may take its layer up here. */
  private boolean isSync() {
    return (frameSinceKey & 3) == 1 || (frameSinceKey & 3) == 2;
  }

  @Override
  int write(MemorySegment out, int packet) {
    int temporalLayer = temporalLayer();
    boolean first = packet == 0;
    boolean keyFrame = frameSinceKey == 0;
    BigEndian.put8(out, 0, EXTENDED | (temporalLayer == 2 ? NON_REFERENCE : 0) | (first ? START : 0));
    BigEndian.put8(out, 1, ALL_FIELDS);
    BigEndian.put16(out, 2, 0x8000 | pictureId);
    BigEndian.put8(out, 4, tl0PicIdx);
    BigEndian.put8(out, 5, temporalLayer << 6 | (isSync() ? LAYER_SYNC : 0));
    if (first) {
      BigEndian.put24(out, DESCRIPTOR_BYTES, (SHOWN | (keyFrame ? 0 : INTER_FRAME)) << 16);
    }
    if (first && keyFrame) {
      BigEndian.put24(out, 9, START_CODE);
      BigEndian.put16(out, 12, Short.reverseBytes((short) width) & 0xffff);
      BigEndian.put16(out, 14, Short.reverseBytes((short) height) & 0xffff);
    }
    return lengthOf(packet, packets());
  }
}
