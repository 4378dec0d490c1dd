package sfu.load.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sfu.load.client.Invitation;
import sfu.load.engine.Seat;
import sfu.load.engine.VideoCodec;
import sfu.load.engine.VideoSettings;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/**
 * Who takes part, and what they send.
 *
 * @param participants of each channel
 * @param publishers of those, the first ones: as many as the scenario has it show something
 * @param voices whether they speak
 * @param video what they show; empty if only voices are sent
 * @param churnPerSecond how often somebody leaves and somebody else comes, over all channels; 0 for never
 */
record Crowd(
    Scenario scenario,
    int channels,
    int participants,
    int publishers,
    boolean voices,
    Optional<VideoSettings> video,
    double churnPerSecond) {

  /** Lower layers in relation to the highest: those that Chromium gives a camera of 900 kbit/s. */
  private static final double[] LAYER_SHARES = {1.0 / 6, 4.0 / 9, 1};

  /** Where a search begins that counts viewers. */
  private static final int FIRST_VIEWERS = 10;

  /** From here on one layer is worth the whole picture. */
  private static final int HD_BPS = 700_000;

  /** {@code shown} isn't off; {@code bps} is that of the highest layer, in bit/s. */
  static VideoSettings video(
      Scenario scenario, Scenario.Video shown, VideoCodec codec, int framesPerSecond, int bps) {
    if (scenario.videoType() == StreamType.SCREEN) {
      return new VideoSettings(codec, 1920, 1080, framesPerSecond, layers(shown, bps));
    }
    return shown == Scenario.Video.SIMULCAST || bps >= HD_BPS
        ? new VideoSettings(codec, 1280, 720, framesPerSecond, layers(shown, bps))
        : new VideoSettings(codec, 640, 360, framesPerSecond, layers(shown, bps));
  }

  private static List<Integer> layers(Scenario.Video shown, int bps) {
    if (shown == Scenario.Video.ONE_LAYER) {
      return List.of(bps);
    }
    List<Integer> layers = new ArrayList<>();
    for (double share : LAYER_SHARES) {
      layers.add((int) Math.round(bps * share));
    }
    return layers;
  }

  /** Participants of all channels. */
  int seats() {
    return channels * participants;
  }

  /** The seat at a position of a channel, 0 the first. */
  Seat seat(int position, SessionId id, Invitation invitation) {
    boolean publishes = position < publishers;
    Map<StreamType, VideoSettings> videos =
        position < scenario.showing(publishers) && video.isPresent()
            ? Map.of(scenario.videoType(), video.get())
            : Map.of();
    return new Seat(id, invitation, publishes && voices, videos);
  }

  // -- what a search for the limit counts: channels, or viewers -------------------------------------------------------

  /** As "12 channels". */
  String levelTitle(int level) {
    return level + (byViewers() ? " viewer" : " channel") + (level == 1 ? "" : "s");
  }

  private boolean byViewers() {
    return scenario.growsByViewers() && participants > publishers;
  }

  /** Participants at a level; channels are filled one after the other. */
  int seatsAt(int level) {
    if (!byViewers()) {
      return level * participants;
    }
    int viewersOfAChannel = participants - publishers;
    return level + publishers * ((level + viewersOfAChannel - 1) / viewersOfAChannel);
  }

  /** How many send at a level. */
  int publishersAt(int level) {
    int channelsAt = (seatsAt(level) + participants - 1) / participants;
    return publishers * channelsAt;
  }

  /** Where a search begins: at what the options ask for, or with little if they leave it open. */
  int firstLevel() {
    int viewersOfAChannel = participants - publishers;
    return byViewers() ? Math.min(FIRST_VIEWERS, viewersOfAChannel) + (channels - 1) * viewersOfAChannel : channels;
  }

  /** In words, as "4 channels of 8". */
  String title() {
    String rooms = channels == 1 ? "1 channel" : channels + " channels";
    return "%s: %s of %d".formatted(scenario.title(), rooms, participants);
  }
}
