package sfu.load.run;

import java.util.OptionalInt;

/**
 * Which level of load to try next: grows until one breaks, then narrows. A level breaks when it broke twice in a row,
 * or, if others disturbed that, four times.
 */
final class LimitSearch {

  /** Where nobody knows how much is left. */
  private static final double GROWTH = 1.5;

  /** Of what should be left: what a packet costs isn't the same under all loads. */
  private static final double AIM = 0.85;

  private static final double LEAST_GROWTH = 1.1;

  /** Of a small load most is what the processes take whatever they do. */
  private static final double MOST_GROWTH = 16;

  /** The limit is known well enough within this share of it. */
  private static final double PRECISION = 0.05;

  private static final int LOOKS = 2;
  private static final int DISTURBED_LOOKS = 4;

  private int level;
  private int best;
  private int broken = Integer.MAX_VALUE;
  private int bad;
  private boolean done;

  /** @param first the level to begin with, at least 1 */
  LimitSearch(int first) {
    this.level = first;
  }

  /** The level to look at; empty if the limit is known. */
  OptionalInt next() {
    return done ? OptionalInt.empty() : OptionalInt.of(level);
  }

  /**
   * The criteria held at this level.
   *
   * @param headroom how many times as much the processors could carry, if more cost in proportion; NaN if not known
   */
  void passed(double headroom) {
    best = level;
    bad = 0;
    if (broken == Integer.MAX_VALUE) {
      double growth =
          Double.isNaN(headroom) ? GROWTH : Math.clamp(headroom * AIM, LEAST_GROWTH, MOST_GROWTH);
      level = Math.max(level + 1, (int) Math.round(level * growth));
    } else {
      narrow();
    }
  }

  /** They didn't: it is looked at again, unless that was done. {@code disturbed}: other programs may be why. */
  void broke(boolean disturbed) {
    if (++bad >= (disturbed ? DISTURBED_LOOKS : LOOKS)) {
      bad = 0;
      broken = level;
      narrow();
    }
  }

  private void narrow() {
    if (broken - best <= Math.max(1, best * PRECISION)) {
      done = true;
    } else {
      level = best + (broken - best) / 2;
    }
  }

  /** The highest level that held; 0 if none did. */
  int best() {
    return best;
  }

  /** The lowest level that broke; empty before one did. */
  OptionalInt broken() {
    return broken == Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(broken);
  }
}
