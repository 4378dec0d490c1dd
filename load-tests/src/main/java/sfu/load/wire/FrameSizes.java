package sfu.load.wire;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import sfu.load.engine.VideoSettings;

/**
 * How large the frames of a camera or screen are: their mean is the layer's bit rate, key frames besides. The same
 * seed gives the same sizes. Confined to one thread.
 */
final class FrameSizes {

  /** How much larger than a usual frame a key frame is: of a screen, all text at once. */
  private static final int CAMERA_KEY_TIMES = 6;

  private static final int SCREEN_KEY_TIMES = 10;

  /** A camera's frames vary by so much of themselves both ways, from frame to frame. */
  private static final double CAMERA_SPREAD = 0.4;

  /** Of a screen's frames most show hardly a change, and one of ten a new slide or a scroll. */
  private static final int SLIDE_EVERY = 10;

  private static final double SLIDE_TIMES = 7.75;
  private static final double STILL_TIMES = 0.25;

  /** What the camera sees moves more and less, over some seconds. */
  private static final double SCENE_SPREAD = 0.2;

  private static final double SCENE_SECONDS = 4;

  private final boolean screen;
  private final VideoSettings settings;
  private final RandomGenerator random;
  private final long[] frames;

  FrameSizes(boolean screen, VideoSettings settings, long seed) {
    this.screen = screen;
    this.settings = settings;
    this.random = new SplittableRandom(seed);
    this.frames = new long[settings.layers()];
  }

  /** The next frame of a layer, in bytes. */
  int next(int layer, boolean keyFrame) {
    double mean = settings.layerBps().get(layer) / 8.0 / settings.framesPerSecond();
    double seconds = (double) frames[layer]++ / settings.framesPerSecond();
    if (keyFrame) {
      return (int) (mean * (screen ? SCREEN_KEY_TIMES : CAMERA_KEY_TIMES));
    }
    if (screen) {
      return (int) (mean * (random.nextInt(SLIDE_EVERY) == 0 ? SLIDE_TIMES : STILL_TIMES));
    }
    double scene = 1 + SCENE_SPREAD * Math.sin(2 * Math.PI * seconds / SCENE_SECONDS);
    return (int) (mean * scene * random.nextDouble(1 - CAMERA_SPREAD, 1 + CAMERA_SPREAD));
  }
}
