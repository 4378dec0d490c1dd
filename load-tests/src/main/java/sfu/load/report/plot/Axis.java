package sfu.load.report.plot;

import sfu.load.report.text.Unit;

/**
 * One direction of a plot.
 *
 * @param label what is measured, in words; the unit stands at the ticks
 */
public record Axis(String label, Unit unit, Kind kind) {

  /** How values are laid out. */
  public enum Kind {
    /** Begins at zero: for amounts, whose length is to be compared. */
    FROM_ZERO,
    /** Equal distances are equal ratios: for what spans powers of ten. */
    LOG
  }

  /** An axis that begins at zero. */
  public static Axis fromZero(String label, Unit unit) {
    return new Axis(label, unit, Kind.FROM_ZERO);
  }

  /** A logarithmic axis. */
  public static Axis log(String label, Unit unit) {
    return new Axis(label, unit, Kind.LOG);
  }

  Scale scale(double low, double high, int ticks) {
    return switch (kind) {
      case FROM_ZERO -> Scale.linear(0, Math.max(high, unit.smallestRange()), ticks);
      case LOG -> Scale.log(low, high);
    };
  }
}
