package sfu.load.report.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** What a number counts, and how people write it: three digits, the prefix that fits, a dash for what isn't known. */
public enum Unit {
  COUNT("", 5),
  PER_SECOND("/s", 10),
  BITS_PER_SECOND("bit/s", 1000),
  /** Decimal: 1 KB is 1000 bytes. */
  BYTES("B", 1000),
  PERCENT(" %", 0.1),
  MICROSECONDS(" µs", 1),
  MILLISECONDS(" ms", 0.1),
  SECONDS(" s", 1),
  MINUTES(" min", 1),
  CORES("", 0.1),
  RATIO("×", 0.1);

  /** Stands for what isn't known. */
  public static final String UNKNOWN = "–";

  private static final String[] PREFIXES = {"", "k", "M", "G", "T"};
  private static final MathContext DIGITS = new MathContext(3, RoundingMode.HALF_UP);
  private static final MathContext TWO_DIGITS = new MathContext(2, RoundingMode.HALF_UP);

  private final String suffix;
  private final double smallestRange;

  Unit(String suffix, double smallestRange) {
    this.suffix = suffix;
    this.smallestRange = smallestRange;
  }

  /** As much as an axis shows at least, so that nothing but zeros is a line at its foot and noise no mountains. */
  public double smallestRange() {
    return smallestRange;
  }

  /** "1.23 M", "42 Mbit/s", "0.12 ms", "3 s". */
  public String format(double value) {
    if (!Double.isFinite(value)) {
      return UNKNOWN;
    }
    double size = Math.abs(value);
    return switch (this) {
      case COUNT, PER_SECOND -> {
        boolean whole = this == COUNT && size < 10_000 && value == Math.rint(value);
        yield whole ? Long.toString((long) value) : prefixed(value, " ") + suffix;
      }
      case BITS_PER_SECOND -> prefixed(value, " ", suffix);
      case BYTES -> prefixed(value, " ", suffix).replace(" kB", " KB");
      case MILLISECONDS -> {
        if (size >= 1000) {
          yield digits(value / 1000) + SECONDS.suffix;
        }
        yield size < 0.01 && size > 0 ? digits(value * 1000) + MICROSECONDS.suffix : digits(value) + suffix;
      }
      case PERCENT -> {
        if (size < 0.0001 && size > 0) {
          yield "<0.0001 %";
        }
        yield (size < 1 ? plain(BigDecimal.valueOf(value).round(TWO_DIGITS)) : digits(value)) + suffix;
      }
      case CORES -> plain(BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_UP)) + suffix;
      case MICROSECONDS, SECONDS, MINUTES, RATIO -> digits(value) + suffix;
    };
  }

  /** Three significant digits without a prefix: 1240, 12.4, 0.0124. */
  public static String digits(double value) {
    if (!Double.isFinite(value)) {
      return UNKNOWN;
    }
    BigDecimal exact = BigDecimal.valueOf(value);
    BigDecimal rounded = Math.abs(value) >= 1000 ? exact.setScale(0, RoundingMode.HALF_UP) : exact.round(DIGITS);
    return plain(rounded);
  }

  private static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  private static String prefixed(double value, String gap) {
    return prefixed(value, gap, "");
  }

  /** The gap stands between digits and what follows them, if anything does. */
  private static String prefixed(double value, String gap, String suffix) {
    int step = 0;
    double scaled = value;
    // 999.7 would be written as 1000.
    while (Math.abs(scaled) >= 999.5 && step < PREFIXES.length - 1) {
      scaled /= 1000;
      step++;
    }
    String letters = PREFIXES[step] + suffix;
    return letters.isEmpty() ? digits(scaled) : digits(scaled) + gap + letters;
  }
}
