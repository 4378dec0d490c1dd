package sfu.load.numbers;

import java.util.List;
import sfu.load.report.RunResult.Second;
import sfu.load.run.Growth;

/**
 * How a server's memory went over a long load. Bytes.
 *
 * @param first of the first second
 * @param early median of the second fifth: by then a server has compiled and sized what it needs
 * @param late median of the last fifth
 * @param last of the last second
 * @param slopePerMinute of a line fitted by least squares over the last half
 */
record MemoryTrend(double first, double early, double late, double last, double slopePerMinute) {

  private static final int FIFTHS = 5;

  /** Of fewer no line can be fitted. */
  private static final int LEAST = 10;

  /**
   * @param seconds of the part that is measured
   * @throws IllegalArgumentException if memory is known of too few of them
   */
  static MemoryTrend of(List<Second> seconds) {
    List<Second> known = seconds.stream().filter(second -> Double.isFinite(second.serverRssBytes())).toList();
    if (known.size() < LEAST) {
      throw new IllegalArgumentException(
          "a server's memory of %d seconds says nothing: at least %d are needed".formatted(known.size(), LEAST));
    }
    int fifth = known.size() / FIFTHS;
    return new MemoryTrend(
        known.getFirst().serverRssBytes(),
        median(known.subList(fifth, 2 * fifth)),
        median(known.subList(known.size() - fifth, known.size())),
        known.getLast().serverRssBytes(),
        Growth.fitted(known.subList(known.size() / 2, known.size())));
  }

  /** Of the last fifth to the second. */
  double growth() {
    return late / early;
  }

  private static double median(List<Second> seconds) {
    return Rounds.of(seconds.stream().map(Second::serverRssBytes).toList()).median();
  }
}
