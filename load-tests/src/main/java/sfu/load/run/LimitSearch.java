package sfu.load.run;

import java.util.OptionalInt;

/**
 * Which level of load to try next: grows until one breaks, then narrows. A level breaks when it broke twice in a row.
 */
final class LimitSearch {

  private static final double GROWTH = 1.5;

  /** The limit is known well enough within this share of it. */
  private static final double PRECISION = 0.05;

  private int level;
  private int best;
  private int broken = Integer.MAX_VALUE;
  private boolean doubted;
  private boolean done;

  /** @param first the level to begin with, at least 1 */
  LimitSearch(int first) {
    this.level = first;
  }

  /** The level to look at; empty if the limit is known. */
  OptionalInt next() {
    return done ? OptionalInt.empty() : OptionalInt.of(level);
  }

  /** The criteria held at this level. */
  void passed() {
    best = level;
    doubted = false;
    proceed();
  }

  /** They didn't: it is looked at once more, unless that was done. */
  void broke() {
    doubted = !doubted;
    if (!doubted) {
      broken = level;
      proceed();
    }
  }

  /** More can't be tried. */
  void cantGrow() {
    broken = Math.min(broken, level);
    done = true;
  }

  private void proceed() {
    if (broken == Integer.MAX_VALUE) {
      level = Math.max(level + 1, (int) Math.round(level * GROWTH));
      return;
    }
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
