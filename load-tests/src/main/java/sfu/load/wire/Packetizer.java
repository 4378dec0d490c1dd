package sfu.load.wire;

import java.lang.foreign.MemorySegment;
import sfu.load.engine.VideoCodec;

/**
 * How one layer's frames of a codec go into RTP payloads. A frame is begun, then its payloads are written in order.
 * What an SFU reads of them is real; the pictures are not. Confined to one thread.
 */
abstract sealed class Packetizer permits LayeredPacketizer, H264Packetizer {

  /**
   * What Chromium 156 puts into a packet of a simulcast layer at most, seen on the wire; of a single layer, that needs
   * no room for a rid, 4 bytes more.
   */
  static final int MAX_PAYLOAD = 1164;

  /** Room that a payload has in any case: for what is written here, and a stamp at its end. */
  static final int MIN_PAYLOAD = 48 + Stamp.LENGTH;

  private int packets;
  private int bytes;

  /**
   * @param flexible of VP9, whether each frame says itself what it refers to: Chromium's screens do, cameras refer to a
   *     structure that their key frames bring
   * @param pictureId where the picture ids begin, {@code tl0PicIdx} where the base layer's do
   */
  static Packetizer of(
      VideoCodec codec, boolean flexible, int width, int height, int pictureId, int tl0PicIdx) {
    return switch (codec) {
      case VP8 -> new Vp8Packetizer(width, height, pictureId, tl0PicIdx);
      case VP9 -> new Vp9Packetizer(flexible, width, height, pictureId, tl0PicIdx);
      case H264 -> new H264Packetizer();
    };
  }

  /** The next frame, of about so many bytes. */
  abstract void begin(boolean keyFrame, int frameBytes);

  /** Writes a payload but for the stamp at its end; returns its length. */
  abstract int write(MemorySegment out, int packet);

  /** Of the frame that was begun. */
  final int packets() {
    return packets;
  }

  /** Splits all payloads of the frame, descriptors included, as libwebrtc does: equal to within a byte. */
  final void split(int payloadBytes) {
    packets = Math.max(1, (payloadBytes + MAX_PAYLOAD - 1) / MAX_PAYLOAD);
    bytes = Math.max(payloadBytes, packets * MIN_PAYLOAD);
  }

  /** The same behind {@code before} packets of other sizes. */
  final void splitBehind(int before, int payloadBytes) {
    split(payloadBytes);
    packets += before;
  }

  /** Of one of those that {@link #split} made, counted from 0; the larger ones come last. */
  final int lengthOf(int index, int count) {
    return bytes / count + (index >= count - bytes % count ? 1 : 0);
  }
}
