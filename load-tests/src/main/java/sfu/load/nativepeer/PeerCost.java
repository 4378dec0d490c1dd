package sfu.load.nativepeer;

import java.util.Collection;
import java.util.List;
import sfu.load.engine.VideoSettings;

/**
 * What native peers take of a machine, in cores, estimated before any runs: as measured on a server core of 2026, from
 * voices alone to 720p in three layers. {@link Capacity} is what they turn out to take.
 */
public final class PeerCost {

  /** Of what a machine has; the rest is for what comes in bursts, as key frames and joins. */
  private static final double USABLE_SHARE = 0.8;

  private static final double OF_ITSELF = 0.02;
  private static final double VOICE_DECODED = 0.0015;
  private static final double PIXELS_ENCODED = 0.005e-6;
  private static final double PIXELS_DECODED = 0.003e-6;

  private PeerCost() {}

  /** Whether so many channels fit; {@code sent} is all that is shown in each, and {@code voices} are how many speak. */
  public static boolean fits(double cores, int channels, int peers, int voices, List<VideoSettings> sent) {
    return channels * ofChannel(peers, voices, sent) <= USABLE_SHARE * cores;
  }

  private static double ofChannel(int peers, int voices, Collection<VideoSettings> sent) {
    double cost = peers * OF_ITSELF + (double) voices * (peers - 1) * VOICE_DECODED;
    for (VideoSettings video : sent) {
      double highest = (double) video.width() * video.height() * video.framesPerSecond();
      double all = 0;
      for (int layer = 0; layer < video.layers(); layer++) {
        all += highest / Math.pow(video.scaleDownBy(layer), 2);
      }
      cost += all * PIXELS_ENCODED + (peers - 1) * highest * PIXELS_DECODED;
    }
    return cost;
  }
}
