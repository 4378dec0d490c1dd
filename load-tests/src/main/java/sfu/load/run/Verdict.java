package sfu.load.run;

/** What a run says of its server; the worse come later. */
enum Verdict {
  /** All criteria held. */
  HELD,

  /** One broke, and the load's own side may have broken it. */
  UNDECIDED,

  /** One broke. */
  BROKE;

  Verdict orWorse(Verdict other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
