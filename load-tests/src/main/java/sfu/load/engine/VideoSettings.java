package sfu.load.engine;

import java.util.List;

/** What a camera or a screen sends: this size in its highest layer, each lower one half of it each way. */
public record VideoSettings(
    VideoCodec codec, int width, int height, int framesPerSecond, List<Integer> layerBps, boolean paced) {

  /** The most that a simulcast camera has. */
  public static final int MAX_LAYERS = 3;

  /** As Chromium sends a 1280x720 camera in three layers, at a bit rate for many on one machine. */
  public static final VideoSettings SIMULCAST =
      new VideoSettings(VideoCodec.VP8, 1280, 720, 30, List.of(150_000, 400_000, 900_000));

  /** One layer. */
  public static final VideoSettings SINGLE =
      new VideoSettings(VideoCodec.VP8, 640, 360, 30, List.of(400_000));

  /**
   * @param framesPerSecond 1 to 60
   * @param layerBps bit rates of one to three layers, lowest first
   * @param paced whether packets leave one after the other, and those of a frame that is large for its bit rate in
   *     bursts, as a browser's do
   */
  public VideoSettings {
    layerBps = List.copyOf(layerBps);
    if (layerBps.isEmpty() || layerBps.size() > MAX_LAYERS) {
      throw new IllegalArgumentException(layerBps.size() + " layers: one to three are possible");
    }
    if (framesPerSecond < 1 || framesPerSecond > 60) {
      throw new IllegalArgumentException(framesPerSecond + " frames per second: 1 to 60 are possible");
    }
  }

  /** As a browser sends it. */
  public VideoSettings(VideoCodec codec, int width, int height, int framesPerSecond, List<Integer> layerBps) {
    this(codec, width, height, framesPerSecond, layerBps, true);
  }

  /** The same with all packets of a frame at once. */
  public VideoSettings unpaced() {
    return new VideoSettings(codec, width, height, framesPerSecond, layerBps, false);
  }

  /** How many. */
  public int layers() {
    return layerBps.size();
  }

  /** How much smaller a layer is than the source, each way. */
  public int scaleDownBy(int layer) {
    return 1 << layers() - 1 - layer;
  }
}
