package sfu.load.wire;

import java.util.List;

/** What a camera or a screen sends: VP8 of this size in its highest layer, each lower one half of it each way. */
public record VideoSettings(int width, int height, int framesPerSecond, List<Integer> layerBps) {

  /** As Chromium sends a 1280x720 camera in three layers, at a bit rate for many on one machine. */
  public static final VideoSettings SIMULCAST = new VideoSettings(1280, 720, 30, List.of(150_000, 400_000, 900_000));

  /** One layer. */
  public static final VideoSettings SINGLE = new VideoSettings(640, 360, 30, List.of(400_000));

  /**
   * @param framesPerSecond 1 to 60
   * @param layerBps bit rates of one to three layers, lowest first
   */
  public VideoSettings {
    layerBps = List.copyOf(layerBps);
    if (layerBps.isEmpty() || layerBps.size() > StreamMeter.MAX_LAYERS) {
      throw new IllegalArgumentException(layerBps.size() + " layers: one to three are possible");
    }
    if (framesPerSecond < 1 || framesPerSecond > 60) {
      throw new IllegalArgumentException(framesPerSecond + " frames per second: 1 to 60 are possible");
    }
  }

  int layers() {
    return layerBps.size();
  }

  /** How much smaller a layer is than the source, each way. */
  int scaleDownBy(int layer) {
    return 1 << layers() - 1 - layer;
  }
}
