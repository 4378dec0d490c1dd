package sfu.node.media.sim;

import java.nio.ByteBuffer;

/**
 * What the last bytes of each simulated payload say of it, so that a viewer can check what it got: which frame of which
 * layer, which packet of how many, when it was captured, and where the bytes begin that nobody may change.
 */
record Stamp(int layer, boolean keyFrame, int index, int count, int frame, long capturedNanos, int bodyAt) {
  static final int LENGTH = 20;

  /** Fills a payload from {@link #bodyAt} and stamps its end. */
  void fill(byte[] payload) {
    int end = payload.length - LENGTH;
    for (int i = bodyAt; i < end; i++) {
      payload[i] = filler(i);
    }
    ByteBuffer.wrap(payload, end, LENGTH)
        .put((byte) layer)
        .put((byte) (keyFrame ? 1 : 0))
        .putShort((short) index)
        .putShort((short) count)
        .putInt(frame)
        .putLong(capturedNanos)
        .putShort((short) bodyAt);
  }

  /** Reads a payload's stamp, and fails if its body was changed. */
  static Stamp read(byte[] payload) {
    int end = payload.length - LENGTH;
    ByteBuffer in = ByteBuffer.wrap(payload, end, LENGTH);
    Stamp stamp =
        new Stamp(
            in.get(), in.get() == 1, in.getShort(), in.getShort(), in.getInt(), in.getLong(), in.getShort());
    for (int i = stamp.bodyAt; i < end; i++) {
      if (payload[i] != stamp.filler(i)) {
        throw new AssertionError("byte " + i + " of a payload changed on its way: " + stamp);
      }
    }
    return stamp;
  }

  private byte filler(int i) {
    return (byte) (frame * 31 + index * 7 + i);
  }
}
