package sfu.load.wire;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;

/**
 * VP9 (RFC 9628, 4.2) in one spatial and three temporal layers. In the non-flexible mode key frames bring a scalability
 * structure whose group of four pictures tells what each refers to; in the flexible mode each frame says it.
 */
final class Vp9Packetizer extends LayeredPacketizer {

  private static final int PICTURE_ID = 0x80;
  private static final int INTER_PICTURE = 0x40;
  private static final int LAYERS = 0x20;
  private static final int FLEXIBLE = 0x10;
  private static final int START = 0x08;
  private static final int END = 0x04;
  private static final int STRUCTURE = 0x02;
  private static final int NO_UPPER_REFERENCE = 0x01;
  private static final int SWITCHING_UP = 0x10;
  private static final int STRUCTURE_SIZES = 0x10;
  private static final int STRUCTURE_GROUP = 0x08;

  /** By place in the group of four: how far back the picture is that is referred to. */
  private static final int[] REFERS_BACK = {4, 1, 2, 1};

  private final boolean flexible;

  Vp9Packetizer(boolean flexible, int width, int height, int pictureId, int tl0PicIdx) {
    super(width, height, pictureId, tl0PicIdx);
    this.flexible = flexible;
  }

  @Override
  int write(MemorySegment out, int packet) {
    boolean keyFrame = isKeyFrame();
    boolean first = packet == 0;
    BigEndian.put8(
        out,
        0,
        PICTURE_ID
            | (keyFrame ? 0 : INTER_PICTURE)
            | LAYERS
            | (flexible ? FLEXIBLE : 0)
            | (first ? START : 0)
            | (packet == packets() - 1 ? END : 0)
            | (keyFrame && first ? STRUCTURE : 0)
            | NO_UPPER_REFERENCE);
    BigEndian.put16(out, 1, pictureIdField());
    BigEndian.put8(out, 3, temporalLayer() << 5 | SWITCHING_UP);
    int at = 4;
    if (!flexible) {
      BigEndian.put8(out, at++, tl0PicIdx());
    } else if (!keyFrame) {
      BigEndian.put8(out, at++, REFERS_BACK[place()] << 1);
    }
    if (keyFrame && first) {
      writeStructure(out, at);
    }
    return lengthOf(packet, packets());
  }

  /** RFC 9628, 4.2.1. */
  private void writeStructure(MemorySegment out, int start) {
    int at = start;
    BigEndian.put8(out, at++, STRUCTURE_SIZES | (flexible ? 0 : STRUCTURE_GROUP));
    BigEndian.put16(out, at, width);
    BigEndian.put16(out, at + 2, height);
    at += 4;
    if (!flexible) {
      BigEndian.put8(out, at++, REFERS_BACK.length);
      for (int i = 0; i < REFERS_BACK.length; i++) {
        BigEndian.put8(out, at++, temporalLayerAt(i) << 5 | SWITCHING_UP | 1 << 2);
        BigEndian.put8(out, at++, REFERS_BACK[i]);
      }
    }
  }
}
