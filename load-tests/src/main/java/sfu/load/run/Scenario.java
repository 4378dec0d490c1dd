package sfu.load.run;

import java.util.Locale;
import sfu.protocol.ortc.StreamType;

/** Kinds of calls, with what they are unless options say otherwise. */
enum Scenario {
  /** All speak and show their cameras. */
  MEETING(8, 8, Video.SIMULCAST),

  /** One speaks and is seen, a hundred watch. */
  WEBINAR(101, 1, Video.ONE_LAYER),

  /** All speak, nobody is seen. */
  AUDIO(20, 20, Video.OFF),

  /** A meeting in which somebody leaves and somebody else comes all the time. */
  CHURN(8, 8, Video.SIMULCAST),

  /** One shares a screen, two more speak, the others watch. */
  SCREEN(30, 3, Video.ONE_LAYER);

  /** What a publisher shows. */
  enum Video {
    SIMULCAST,
    ONE_LAYER,
    OFF;

    /** As on the command line. */
    String title() {
      return switch (this) {
        case SIMULCAST -> "3x simulcast";
        case ONE_LAYER -> "one layer";
        case OFF -> "off";
      };
    }
  }

  private final int participants;
  private final int publishers;
  private final Video video;

  Scenario(int participants, int publishers, Video video) {
    this.participants = participants;
    this.publishers = publishers;
    this.video = video;
  }

  /** Of a channel, publishers included. */
  int participants() {
    return participants;
  }

  /** Of a channel of so many: where all publish, more participants are more publishers. */
  int publishers(int ofParticipants) {
    return publishers == participants ? ofParticipants : Math.min(publishers, ofParticipants);
  }

  Video video() {
    return video;
  }

  /** Whether more load is more viewers rather than more channels. */
  boolean growsByViewers() {
    return publishers < participants;
  }

  StreamType videoType() {
    return this == SCREEN ? StreamType.SCREEN : StreamType.CAMERA;
  }

  /** How many of a channel's publishers show something: one screen is shared at a time. */
  int showing(int publishing) {
    return this == SCREEN ? 1 : publishing;
  }

  int framesPerSecond() {
    return this == SCREEN ? 5 : 30;
  }

  /** Of the highest layer, in bit/s. */
  int videoBps(Video shown) {
    return switch (this) {
      case WEBINAR -> 2_500_000;
      // At 5 frames a second these are bursts of some 35 packets, and key frames of 200.
      case SCREEN -> 1_500_000;
      case MEETING, AUDIO, CHURN -> shown == Video.SIMULCAST ? 900_000 : 400_000;
    };
  }

  /** As on the command line. */
  String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
