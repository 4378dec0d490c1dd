package sfu.load.report.plot;

/** A value at a place; NaN for one that isn't known. */
public record Point(double x, double y) {

  boolean isKnown() {
    return Double.isFinite(x) && Double.isFinite(y);
  }
}
