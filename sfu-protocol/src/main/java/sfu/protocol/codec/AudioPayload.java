package sfu.protocol.codec;

import java.lang.foreign.MemorySegment;

/** Opus (RFC 7587) and G.711 (RFC 3551, 4.5.14): no descriptor, and a decoder can start at every packet. */
final class AudioPayload implements PayloadParser {
  static final AudioPayload INSTANCE = new AudioPayload();

  private AudioPayload() {}

  @Override
  public boolean parse(MemorySegment segment, long offset, int length, PayloadInfo out) {
    out.reset();
    out.keyFrame = true;
    out.startOfFrame = true;
    out.switchingUp = true;
    return length > 0;
  }

  @Override
  public int rewrite(
      MemorySegment src,
      long srcOffset,
      PayloadInfo info,
      MemorySegment dst,
      long dstOffset,
      int pictureId,
      int tl0PicIdx) {
    return 0;
  }
}
