package sfu.protocol.codec;

/** What one RTP payload says about itself. Filled by a {@link PayloadParser}; reused, confined to one thread. */
public final class PayloadInfo {
  boolean keyFrame;
  boolean startOfFrame;
  boolean switchingUp;
  boolean discardable;
  int temporalLayer;
  int spatialLayer;
  int pictureId;
  int pictureIdBits;
  int tl0PicIdx;
  int descriptorLength;
  int width;
  int height;

  public PayloadInfo() {
    reset();
  }

  void reset() {
    keyFrame = false;
    startOfFrame = false;
    switchingUp = false;
    discardable = false;
    temporalLayer = -1;
    spatialLayer = -1;
    pictureId = -1;
    pictureIdBits = 0;
    tl0PicIdx = -1;
    descriptorLength = 0;
    width = 0;
    height = 0;
  }

  /**
   * Whether a decoder can start here. For video the bit is set where the codec shows it, which is the first packet of
   * a key frame and for H.264 one with a sequence parameter set; for audio always.
   */
  public boolean keyFrame() {
    return keyFrame;
  }

  /** Whether a frame begins with this packet; for VP9 the frame of one spatial layer. */
  public boolean startOfFrame() {
    return startOfFrame;
  }

  /**
   * Whether a viewer of lower temporal layers may take this packet's layer up from here: VP8's layer sync bit, VP9's
   * switching up point, or any key frame.
   */
  public boolean switchingUp() {
    return switchingUp;
  }

  /** Whether no later frame depends on this one: VP8's N bit, H.264's nal_ref_idc of 0. */
  public boolean discardable() {
    return discardable;
  }

  /** 0 is the base layer; -1 when the payload doesn't say. */
  public int temporalLayer() {
    return temporalLayer;
  }

  /** 0 is the base layer; -1 when the payload doesn't say. */
  public int spatialLayer() {
    return spatialLayer;
  }

  public boolean hasPictureId() {
    return pictureIdBits != 0;
  }

  /** Of {@link #pictureIdBits} bits; -1 without one. */
  public int pictureId() {
    return pictureId;
  }

  /** 7 or 15; 0 without a picture id. */
  public int pictureIdBits() {
    return pictureIdBits;
  }

  public boolean hasTl0PicIdx() {
    return tl0PicIdx >= 0;
  }

  /** Running index of the base temporal layer's frames, 0..255; -1 without one. */
  public int tl0PicIdx() {
    return tl0PicIdx;
  }

  /** What precedes the codec's own bits, in bytes; 0 where a format has no descriptor. */
  public int descriptorLength() {
    return descriptorLength;
  }

  /** In pixels, as a key frame's first packet says it; 0 otherwise. */
  public int width() {
    return width;
  }

  /** In pixels, as a key frame's first packet says it; 0 otherwise. */
  public int height() {
    return height;
  }
}
