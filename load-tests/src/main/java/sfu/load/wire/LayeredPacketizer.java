package sfu.load.wire;

/** What VP8 and VP9 have in common: picture ids, and three temporal layers as Chromium's L1T3 has them. */
abstract sealed class LayeredPacketizer extends Packetizer permits Vp8Packetizer, Vp9Packetizer {

  private static final int PICTURE_ID_FLAG = 0x8000;

  final int width;
  final int height;
  private int pictureId;
  private int tl0PicIdx;
  private int frameSinceKey = -1;

  LayeredPacketizer(int width, int height, int pictureId, int tl0PicIdx) {
    this.width = width;
    this.height = height;
    this.pictureId = pictureId;
    this.tl0PicIdx = tl0PicIdx;
  }

  @Override
  final void begin(boolean keyFrame, int frameBytes) {
    frameSinceKey = keyFrame ? 0 : frameSinceKey + 1;
    pictureId = pictureId + 1 & 0x7fff;
    tl0PicIdx = tl0PicIdx + (temporalLayer() == 0 ? 1 : 0) & 0xff;
    split(frameBytes);
  }

  final boolean isKeyFrame() {
    return frameSinceKey == 0;
  }

  /** The frame's place in its group of four. */
  final int place() {
    return frameSinceKey & 3;
  }

  final int temporalLayer() {
    return temporalLayerAt(place());
  }

  /** Every fourth frame is of the base layer, every second of the first above. */
  static int temporalLayerAt(int place) {
    return switch (place) {
      case 0 -> 0;
      case 2 -> 1;
      default -> 2;
    };
  }

  /** In two bytes, the 15 bits with what says that they are so many. */
  final int pictureIdField() {
    return PICTURE_ID_FLAG | pictureId;
  }

  final int tl0PicIdx() {
    return tl0PicIdx;
  }
}
