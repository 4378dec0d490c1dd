package sfu.load.wire;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;

/** VP8: the descriptor (RFC 7741, 4.2), and in a frame's first packet the frame's own header (4.3). */
final class Vp8Packetizer extends LayeredPacketizer {

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

  Vp8Packetizer(int width, int height, int pictureId, int tl0PicIdx) {
    super(width, height, pictureId, tl0PicIdx);
  }

  /** Whether the frame depends on the base layer alone, so that a viewer may take its layer up here. */
  private boolean isSync() {
    return place() == 1 || place() == 2;
  }

  @Override
  int write(MemorySegment out, int packet) {
    int temporalLayer = temporalLayer();
    boolean first = packet == 0;
    boolean keyFrame = isKeyFrame();
    BigEndian.put8(out, 0, EXTENDED | (temporalLayer == 2 ? NON_REFERENCE : 0) | (first ? START : 0));
    BigEndian.put8(out, 1, ALL_FIELDS);
    BigEndian.put16(out, 2, pictureIdField());
    BigEndian.put8(out, 4, tl0PicIdx());
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
