package sfu.load.numbers;

import java.util.Locale;

/** What a target says of a number. */
enum Verdict {
  MET,
  MISSED,

  /** It couldn't be measured. */
  UNKNOWN;

  /** As in tables. */
  String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
