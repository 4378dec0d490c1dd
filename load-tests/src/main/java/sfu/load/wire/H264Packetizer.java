package sfu.load.wire;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;

/**
 * H.264 of packetization mode 1 (RFC 6184): a key frame is one packet of parameter sets (STAP-A) and an IDR slice in
 * fragments (FU-A), any other frame a slice, in fragments if it is too long for a packet. No temporal layers.
 */
final class H264Packetizer extends Packetizer {

  private static final int IMPORTANT = 0x60;
  private static final int REFERENCE = 0x40;
  private static final int SLICE = 1;
  private static final int IDR_SLICE = 5;
  private static final int SEI = 6;
  private static final int SPS = 7;
  private static final int PPS = 8;
  private static final int STAP_A = 24;
  private static final int FU_A = 28;
  private static final int FU_START = 0x80;
  private static final int FU_END = 0x40;

  /** As long as those of a browser's camera. */
  private static final int SPS_BYTES = 24;

  private static final int PPS_BYTES = 5;

  /** User data, in which the stamp lies: parameter sets are too short for it, and must not change. */
  private static final int SEI_BYTES = 3 + 16 + Stamp.LENGTH;

  private static final int USER_DATA = 5;

  /** First macroblock 0, then the slice's type: I and P. */
  private static final int IDR_SLICE_BEGIN = 0x88;

  private static final int SLICE_BEGIN = 0x9a;

  private boolean keyFrame;

  @Override
  void begin(boolean key, int frameBytes) {
    keyFrame = key;
    splitBehind(key ? 1 : 0, frameBytes);
  }

  @Override
  int write(MemorySegment out, int packet) {
    if (keyFrame && packet == 0) {
      return writeParameterSets(out);
    }
    int fragment = packet - (keyFrame ? 1 : 0);
    int fragments = packets() - (keyFrame ? 1 : 0);
    int importance = keyFrame ? IMPORTANT : REFERENCE;
    int type = keyFrame ? IDR_SLICE : SLICE;
    int body = 1;
    if (fragments == 1) {
      BigEndian.put8(out, 0, importance | type);
    } else {
      int bounds = (fragment == 0 ? FU_START : 0) | (fragment == fragments - 1 ? FU_END : 0);
      BigEndian.put8(out, 0, importance | FU_A);
      BigEndian.put8(out, 1, bounds | type);
      body = 2;
    }
    // Only the slice's begin means something to who doesn't decode it, but no fragment may look like another's.
    BigEndian.put8(out, body, fragment > 0 ? 0 : keyFrame ? IDR_SLICE_BEGIN : SLICE_BEGIN);
    return lengthOf(fragment, fragments);
  }

  private static int writeParameterSets(MemorySegment out) {
    BigEndian.put8(out, 0, IMPORTANT | STAP_A);
    int at = writeUnit(out, 1, IMPORTANT | SPS, SPS_BYTES);
    at = writeUnit(out, at, IMPORTANT | PPS, PPS_BYTES);
    int sei = at + 2;
    at = writeUnit(out, at, SEI, SEI_BYTES);
    BigEndian.put8(out, sei + 1, USER_DATA);
    BigEndian.put8(out, sei + 2, SEI_BYTES - 3);
    return at;
  }

  private static int writeUnit(MemorySegment out, int at, int head, int length) {
    BigEndian.put16(out, at, length);
    BigEndian.put8(out, at + 2, head);
    return at + 2 + length;
  }
}
