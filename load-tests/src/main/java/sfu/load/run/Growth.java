package sfu.load.run;

import java.util.List;
import java.util.OptionalDouble;
import sfu.load.report.RunResult.Second;

/** How a server's memory grew while a load went on. */
public final class Growth {

  /** A server that has just been filled still compiles, sizes its pools and learns how large its heap should be. */
  static final double WARM_UP_SECONDS = 120;

  /** A slope of less is one of chance. */
  private static final double MIN_SECONDS = 60;

  private static final double SECONDS_PER_MINUTE = 60;

  private Growth() {}

  /** The slope of a line fitted by least squares, in bytes a minute; empty if this was too short to tell. */
  static OptionalDouble bytesPerMinute(List<Second> seconds) {
    if (seconds.isEmpty()) {
      return OptionalDouble.empty();
    }
    double from = seconds.getFirst().at() + WARM_UP_SECONDS;
    List<Second> warm =
        seconds.stream().filter(second -> second.at() >= from && Double.isFinite(second.serverRssBytes())).toList();
    if (warm.isEmpty() || warm.getLast().at() - warm.getFirst().at() < MIN_SECONDS) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(fitted(warm));
  }

  /** The same of all these seconds, which must be several, with memory that is known. */
  public static double fitted(List<Second> seconds) {
    double meanAt = seconds.stream().mapToDouble(Second::at).average().orElseThrow();
    double meanBytes = seconds.stream().mapToDouble(Second::serverRssBytes).average().orElseThrow();
    double products = 0;
    double squares = 0;
    for (Second second : seconds) {
      products += (second.at() - meanAt) * (second.serverRssBytes() - meanBytes);
      squares += (second.at() - meanAt) * (second.at() - meanAt);
    }
    return products / squares * SECONDS_PER_MINUTE;
  }
}
