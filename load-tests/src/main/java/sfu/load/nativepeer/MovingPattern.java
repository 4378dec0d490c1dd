package sfu.load.nativepeer;

import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.NativeI420Buffer;
import dev.onvoid.webrtc.media.video.VideoFrame;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Diagonal grey stripes that move by some pixels a frame. To be {@link #push}ed at the frame rate. */
final class MovingPattern {

  private static final int PERIOD_PIXELS = 64;
  private static final int STEP_PIXELS = 3;

  private final CustomVideoSource source = new CustomVideoSource();
  private final NativeI420Buffer buffer;

  /** One row and a period more, so that each row of a frame is a part of it. */
  private final byte[] stripes;

  private int offset;

  MovingPattern(int width, int height) {
    this.buffer = NativeI420Buffer.allocate(width, height);
    this.stripes = new byte[width + PERIOD_PIXELS];
    for (int x = 0; x < stripes.length; x++) {
      stripes[x] = (byte) (32 + 3 * (x % PERIOD_PIXELS));
    }
    fillGrey(buffer.getDataU());
    fillGrey(buffer.getDataV());
  }

  CustomVideoSource source() {
    return source;
  }

  void push() {
    ByteBuffer luma = buffer.getDataY();
    for (int y = 0; y < buffer.getHeight(); y++) {
      luma.put(y * buffer.getStrideY(), stripes, (y + offset) % PERIOD_PIXELS, buffer.getWidth());
    }
    offset += STEP_PIXELS;
    source.pushFrame(new VideoFrame(buffer, 0));
  }

  /** Gives its memory back; nothing may be pushed any more. */
  void release() {
    buffer.release();
  }

  private static void fillGrey(ByteBuffer plane) {
    byte[] grey = new byte[plane.capacity()];
    Arrays.fill(grey, (byte) 128);
    plane.put(0, grey);
  }
}
