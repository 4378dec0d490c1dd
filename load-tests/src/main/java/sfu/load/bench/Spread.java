package sfu.load.bench;

import java.util.Arrays;

/** A median with its quartiles and extremes: on a machine that does other things too, a mean says little. */
record Spread(double min, double lowQuartile, double median, double highQuartile, double max) {

  static Spread of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Spread(
        sorted[0], at(sorted, 0.25), at(sorted, 0.5), at(sorted, 0.75), sorted[sorted.length - 1]);
  }

  private static double at(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  /** Half of what lies between the quartiles. */
  double deviation() {
    return (highQuartile - lowQuartile) / 2;
  }
}
