package sfu.load.run;

import java.util.List;
import java.util.Optional;
import sfu.load.report.RunResult.Second;

/**
 * What the load's own side can do, so that its limit is never taken for the server's.
 *
 * @param cores that it can use at most
 */
record Capacity(int cores) {

  private static final double MAX_SHARE = 0.85;

  /** Half of what the delay may be: a load that runs later than that measures itself. */
  private static final double MAX_STALL_MILLIS = Criteria.MAX_P99_MILLIS / 2;

  private static final double MAX_STALLED_SHARE = 0.2;

  /** Why the load may have been at its end in these seconds; empty if it had room. */
  Optional<String> exhaustedBy(List<Second> seconds) {
    if (seconds.isEmpty()) {
      return Optional.empty();
    }
    double used = seconds.stream().mapToDouble(Second::engineCpu).average().orElse(0);
    if (used > cores * MAX_SHARE) {
      return Optional.of("it used %.2f of the %d cores that it has".formatted(used, cores));
    }
    long stalled = seconds.stream().filter(second -> second.stallMillis() > MAX_STALL_MILLIS).count();
    if (stalled > seconds.size() * MAX_STALLED_SHARE) {
      return Optional.of(
          "its threads ran more than %.0f ms late in %d of %d seconds"
              .formatted(MAX_STALL_MILLIS, stalled, seconds.size()));
    }
    return Optional.empty();
  }
}
