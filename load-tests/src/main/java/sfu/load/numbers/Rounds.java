package sfu.load.numbers;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** One number, measured once a round. Those of rounds in which it couldn't be measured are left out. */
final class Rounds {

  private final double[] sorted;

  private Rounds(double[] sorted) {
    this.sorted = sorted;
  }

  static Rounds of(List<Double> values) {
    return new Rounds(values.stream().mapToDouble(Double::doubleValue).filter(Double::isFinite).sorted().toArray());
  }

  /** The number that each round's result has. */
  static <T> Rounds of(List<T> results, ToDoubleFunction<T> number) {
    return of(results.stream().map(number::applyAsDouble).toList());
  }

  /** Of each round's first number to the second of the same round. */
  static Rounds ratios(List<Double> first, List<Double> second) {
    int rounds = Math.min(first.size(), second.size());
    return of(IntStream.range(0, rounds).mapToObj(i -> first.get(i) / second.get(i)).toList());
  }

  /** NaN if it was never measured. */
  double median() {
    int half = sorted.length / 2;
    return sorted.length == 0
        ? Double.NaN
        : sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** The least; NaN if it was never measured. */
  double low() {
    return Arrays.stream(sorted).min().orElse(Double.NaN);
  }

  /** The most; NaN if it was never measured. */
  double high() {
    return Arrays.stream(sorted).max().orElse(Double.NaN);
  }

  /** As "1.52 (1.50–1.60)"; of a single round without the range. */
  String text(DoubleFunction<String> number) {
    String median = sorted.length == 0 ? "–" : number.apply(median());
    return sorted.length < 2
        ? median
        : "%s (%s–%s)".formatted(median, number.apply(low()), number.apply(high()));
  }

  /** The same with so many decimals. */
  String text(int decimals) {
    return text(value -> ("%,." + decimals + "f").formatted(value));
  }
}
