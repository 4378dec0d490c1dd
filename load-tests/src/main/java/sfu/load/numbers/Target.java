package sfu.load.numbers;

/**
 * What a number is to be.
 *
 * @param title as in tables, as "≤ 1 ms"
 * @param low the least that it may be, {@code high} the most
 */
record Target(String title, double low, double high) {

  /** {@code title} says it with the unit that the table has, {@code most} in the unit that is measured. */
  static Target atMost(String title, double most) {
    return new Target("≤ " + title, Double.NEGATIVE_INFINITY, most);
  }

  static Target atLeast(String title, double least) {
    return new Target("≥ " + title, least, Double.POSITIVE_INFINITY);
  }

  /** From 1 by so much both ways. */
  static Target aroundOne(int percent) {
    return new Target("1 ± " + percent + " %", 1 - percent / 100.0, 1 + percent / 100.0);
  }

  /** Of a median. */
  Verdict judge(double value) {
    return Double.isNaN(value) ? Verdict.UNKNOWN : value >= low && value <= high ? Verdict.MET : Verdict.MISSED;
  }
}
