package sfu.load.wire;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;

/**
 * Writes how a VP8 payload begins: the descriptor (RFC 7741, 4.2), and in a frame's first packet its own header (4.3).
 */
final class Vp8Payload {

  /** Room that {@link #begin} may take, in bytes. */
  static final int MAX_BEGIN = 16;

  private static final int EXTENDED = 0x80;
  private static final int NON_REFERENCE = 0x20;
  private static final int START = 0x10;

  /** Picture id, TL0PICIDX and temporal layer follow. */
  private static final int ALL_FIELDS = 0xe0;

  private static final int LAYER_SYNC = 0x20;
  private static final int INTER_FRAME = 0x01;
  private static final int SHOWN = 0x10;
  private static final int START_CODE = 0x9d012a;

  private Vp8Payload() {}

  /**
   * Three temporal layers as Chromium's L1T3: every fourth frame is of the base layer, every second of the first above.
   */
  static int temporalLayer(int frameSinceKey) {
    return switch (frameSinceKey & 3) {
      case 0 -> 0;
      case 2 -> 1;
      default -> 2;
    };
  }

  /** Whether the frame depends on the base layer alone, so that a viewer may take its layer up here. */
  private static boolean isSync(int frameSinceKey) {
    return (frameSinceKey & 3) == 1 || (frameSinceKey & 3) == 2;
  }

  /** Writes what precedes the body; returns its length in bytes. {@code frameSinceKey} 0 is the key frame. */
  static int begin(
      MemorySegment out, boolean first, int frameSinceKey, int pictureId, int tl0PicIdx, int width, int height) {
    int temporalLayer = temporalLayer(frameSinceKey);
    boolean keyFrame = frameSinceKey == 0;
    BigEndian.put8(out, 0, EXTENDED | (temporalLayer == 2 ? NON_REFERENCE : 0) | (first ? START : 0));
    BigEndian.put8(out, 1, ALL_FIELDS);
    BigEndian.put16(out, 2, 0x8000 | pictureId & 0x7fff);
    BigEndian.put8(out, 4, tl0PicIdx);
    BigEndian.put8(out, 5, temporalLayer << 6 | (isSync(frameSinceKey) ? LAYER_SYNC : 0));
    if (!first) {
      return 6;
    }
    BigEndian.put24(out, 6, (SHOWN | (keyFrame ? 0 : INTER_FRAME)) << 16);
    if (!keyFrame) {
      return 9;
    }
    BigEndian.put24(out, 9, START_CODE);
    BigEndian.put16(out, 12, Short.reverseBytes((short) width) & 0xffff);
    BigEndian.put16(out, 14, Short.reverseBytes((short) height) & 0xffff);
    return MAX_BEGIN;
  }
}
