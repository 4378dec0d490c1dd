package sfu.load.wire;

import java.lang.foreign.MemorySegment;
import sfu.load.engine.StreamKey;
import sfu.protocol.rtp.BigEndian;

/**
 * The last bytes of each payload that is sent here: who sent it, when, and the how many-th it is. No SFU looks at them.
 * A flyweight over what was read last; confined to one thread.
 *
 * <p>Times are {@link System#nanoTime}, which all processes of a Linux machine share.
 */
final class Stamp {

  /** In bytes. */
  static final int LENGTH = 28;

  private static final int MAGIC = 0x5ca1;
  private static final int LAYER_OFFSET = 2;
  private static final int SOURCE_OFFSET = 4;
  private static final int FRAME_OFFSET = 8;
  private static final int COUNTER_OFFSET = 12;
  private static final int PACKETS_OFFSET = 16;
  private static final int SENT_OFFSET = 20;

  private int layer;
  private int source;
  private int frame;
  private int counter;
  private int packets;
  private long sentNanos;

  /**
   * Writes a stamp.
   *
   * @param source who sends: {@link #sourceOf}
   * @param layer 0 is the lowest
   * @param frame the same for what was captured at one moment
   * @param packets of that frame and layer
   * @param counter of this layer's packets
   */
  static void write(
      MemorySegment out, long at, int source, int layer, int frame, int packets, int counter, long sentNanos) {
    BigEndian.put16(out, at, MAGIC);
    BigEndian.put16(out, at + LAYER_OFFSET, layer);
    BigEndian.put32(out, at + SOURCE_OFFSET, source);
    BigEndian.put32(out, at + FRAME_OFFSET, frame);
    BigEndian.put32(out, at + COUNTER_OFFSET, counter);
    BigEndian.put32(out, at + PACKETS_OFFSET, packets);
    BigEndian.put64(out, at + SENT_OFFSET, sentNanos);
  }

  /** Reads the stamp at a payload's end; false if there is none. */
  boolean read(MemorySegment payload, long offset, int length) {
    long at = offset + length - LENGTH;
    if (length < LENGTH || BigEndian.getU16(payload, at) != MAGIC) {
      return false;
    }
    layer = BigEndian.getU16(payload, at + LAYER_OFFSET);
    source = BigEndian.get32(payload, at + SOURCE_OFFSET);
    frame = BigEndian.get32(payload, at + FRAME_OFFSET);
    counter = BigEndian.get32(payload, at + COUNTER_OFFSET);
    packets = BigEndian.get32(payload, at + PACKETS_OFFSET);
    sentNanos = BigEndian.get64(payload, at + SENT_OFFSET);
    return true;
  }

  /** Tells streams apart: what one participant's stream of one type is stamped with. */
  static int sourceOf(StreamKey key) {
    return key.hashCode() * 0x9e37_79b1;
  }

  int layer() {
    return layer;
  }

  int source() {
    return source;
  }

  int frame() {
    return frame;
  }

  int counter() {
    return counter;
  }

  int packets() {
    return packets;
  }

  long sentNanos() {
    return sentNanos;
  }
}
