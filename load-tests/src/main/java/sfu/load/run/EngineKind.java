package sfu.load.run;

import java.util.Locale;

/** What makes the participants. */
enum EngineKind {
  /** Real transports without codecs, thousands in one process. */
  WIRE,

  /** Real libwebrtc with decoders, few in each of several processes. */
  NATIVE;

  /** As on the command line. */
  String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
