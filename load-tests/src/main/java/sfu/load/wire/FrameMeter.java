package sfu.load.wire;

import java.util.Arrays;

/** Tells complete video frames from those of which a packet never came. Confined to one thread. */
final class FrameMeter {

  /** Frames that may still become complete: two seconds of 30 a second, in up to four layers. */
  private static final int WINDOW = 256;

  private static final int LAYERS = 4;
  private static final int NONE = -1;

  /** By frame and layer, the frame that is counted there and how many packets it lacks. */
  private final int[] frames = new int[WINDOW];

  private final int[] lacking = new int[WINDOW];
  private long complete;
  private long incomplete;

  FrameMeter() {
    Arrays.fill(lacking, NONE);
  }

  /** Takes note of one of a frame's {@code packets}, each once. True if that makes the frame complete. */
  boolean onPacket(int layer, int frame, int packets) {
    int slot = frame * LAYERS + layer & WINDOW - 1;
    if (lacking[slot] == NONE || frame - frames[slot] > 0) {
      incomplete += lacking[slot] > 0 ? 1 : 0;
      frames[slot] = frame;
      lacking[slot] = packets;
    }
    if (frames[slot] == frame && --lacking[slot] == 0) {
      complete++;
      return true;
    }
    return false;
  }

  long complete() {
    return complete;
  }

  /** Frames given up since a later one took their place. */
  long incomplete() {
    return incomplete;
  }
}
