package sfu.load.report.plot;

import java.util.ArrayList;
import java.util.List;

/**
 * Maps values to a share of an axis' length and knows where its ticks go.
 *
 * @param low value at its begin, a tick
 * @param high value at its end, a tick
 * @param ticks values, ascending
 */
record Scale(double low, double high, boolean log, List<Double> ticks) {

  /** Below this, a logarithm would take the whole plot for what is nothing. */
  private static final double SMALLEST_LOG = 1e-6;

  private static final double[] STEPS = {1, 2, 5, 10};

  Scale {
    ticks = List.copyOf(ticks);
  }

  /** 0 to 1 within the axis. Values that a logarithm doesn't have stand at its foot. */
  double position(double value) {
    if (!log) {
      return (value - low) / (high - low);
    }
    return Math.log(Math.max(value, low) / low) / Math.log(high / low);
  }

  /** About so many steps of 1, 2 or 5 times a power of ten; ends on ticks. */
  static Scale linear(double low, double high, int count) {
    double range = high > low ? high - low : 1;
    double step = step(range / count);
    double first = Math.floor(low / step + 1e-9);
    double last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
    List<Double> ticks = new ArrayList<>();
    for (double i = first; i <= last; i++) {
      ticks.add(clean(i, step));
    }
    return new Scale(ticks.getFirst(), ticks.getLast(), false, ticks);
  }

  /** Powers of ten, with 2 and 5 between them where there are few. */
  static Scale log(double low, double high) {
    double from = Math.max(SMALLEST_LOG, low);
    double to = Math.max(from, high);
    List<Double> fine = logTicks(from, to, new double[] {1, 2, 5});
    List<Double> ticks = fine.size() <= 7 ? fine : logTicks(from, to, new double[] {1});
    return new Scale(ticks.getFirst(), ticks.getLast(), true, ticks);
  }

  /** From the last tick at or below the lowest value to the first at or above the highest; at least two. */
  private static List<Double> logTicks(double low, double high, double[] steps) {
    List<Double> ticks = new ArrayList<>();
    int decade = (int) Math.floor(Math.log10(low) + 1e-9);
    for (; ; decade++) {
      for (double step : steps) {
        double tick = clean(step, Math.pow(10, decade));
        if (!ticks.isEmpty() && tick <= low * (1 + 1e-9)) {
          ticks.clear();
        }
        ticks.add(tick);
        if (tick >= high * (1 - 1e-9) && ticks.size() > 1) {
          return ticks;
        }
      }
    }
  }

  private static double step(double atLeast) {
    double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
    for (double step : STEPS) {
      if (step * power >= atLeast * (1 - 1e-9)) {
        return step * power;
      }
    }
    return 10 * power;
  }

  /** The product without the dust of binary fractions: 0.3, not 0.30000000000000004. */
  private static double clean(double count, double step) {
    double product = count * step;
    double digit = Math.pow(10, Math.floor(Math.log10(step)) - 1);
    return digit >= 1 ? Math.rint(product / digit) * digit : Math.rint(product / digit) / Math.rint(1 / digit);
  }
}
