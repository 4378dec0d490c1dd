package sfu.load.report.plot;

import java.util.Locale;

/** What a series is drawn with; plot.css says which colour and dashes that is on light and on dark ground. */
public enum Ink {
  FIRST,
  SECOND,
  THIRD,
  /** Shades of one colour for what is ordered, as percentiles; {@code RAMP_1} stands out least. */
  RAMP_1,
  RAMP_2,
  RAMP_3,
  RAMP_4,
  /** What is there to compare with. */
  MUTED,
  /** What is wrong. */
  BAD;

  private static final Ink[] CATEGORIES = {FIRST, SECOND, THIRD, RAMP_4, MUTED};

  /** For the n-th thing, from 0, of things without an order; beyond the fifth they repeat. */
  public static Ink category(int index) {
    return CATEGORIES[index % CATEGORIES.length];
  }

  String cssClass() {
    return "ink-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
