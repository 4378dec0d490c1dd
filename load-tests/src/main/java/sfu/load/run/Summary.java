package sfu.load.run;

import java.util.stream.Collectors;
import sfu.load.report.LoadResult;
import sfu.load.report.RunResult;
import sfu.load.report.RunResult.Delay;
import sfu.load.report.RunResult.Total;

/** What a command came to, for the terminal. */
final class Summary {

  private static final double BYTES_PER_MB = 1e6;
  private static final double BYTES_PER_KB = 1e3;

  private Summary() {}

  /** {@code withRuns}: whether each run is told; of those of a search, each had its line already. */
  static String of(LoadResult result, boolean withRuns) {
    StringBuilder text = new StringBuilder();
    if (withRuns) {
      result.runs().forEach(run -> text.append(describe(run)));
    }
    if (!result.comparison().isEmpty()) {
      text.append("%-40s %12s %12s %8s  %s%n".formatted("", "first", "second", "ratio", "of pairs"));
      result
          .comparison()
          .forEach(ratio ->
              text.append(
                  "%-40s %12.2f %12.2f %8.2f  %.2f..%.2f%n"
                      .formatted(
                          ratio.what(), ratio.first(), ratio.second(), ratio.ratio(), ratio.low(), ratio.high())));
    }
    result.findings().forEach(finding -> text.append(finding).append(System.lineSeparator()));
    return text.toString();
  }

  private static String describe(RunResult run) {
    Total total = run.total();
    String title = run.label().isEmpty() ? run.server() : run.label() + ", " + run.server();
    StringBuilder text = new StringBuilder(title);
    text.append(": %d joined, %d failed%n".formatted(total.joined(), total.failed()));
    if (total.seconds() > 0) {
      text.append(
          "  packets  %,.0f/s to participants, %,.0f/s from them; loss %.3f %%, %.3f %% after retransmission%n"
              .formatted(
                  total.packetsIn() / total.seconds(),
                  total.packetsOut() / total.seconds(),
                  Ledger.lossPercent(total.packetsIn(), total.lost(), total.repaired()),
                  Ledger.residualPercent(total.packetsIn(), total.lost(), total.repaired())));
      text.append("  delay    %s%n".formatted(describe(total.delay())));
    }
    text.append("  joins    %s%n".formatted(describe(total.joins())));
    if (total.seconds() > 0 && !Double.isNaN(total.serverCpuSeconds())) {
      text.append(
          "  server   %.2f cores, %.2f µs a packet; memory %.0f MB at first, %.0f at most, %.0f KB a participant%n"
              .formatted(
                  total.serverCpuSeconds() / total.seconds(),
                  total.microsPerPacket(),
                  total.serverRssFirst() / BYTES_PER_MB,
                  total.serverRssPeak() / BYTES_PER_MB,
                  total.rssPerAttendee() / BYTES_PER_KB));
    }
    if (total.seconds() > 0) {
      text.append(
          "  load     %.2f cores, its threads up to %.1f ms late%n"
              .formatted(total.engineCpuSeconds() / total.seconds(), total.stallMillis()));
    }
    if (!run.serverStats().isEmpty()) {
      text.append("  counted by the server: ")
          .append(
              run.serverStats().entrySet().stream()
                  .map(entry -> entry.getKey() + " " + entry.getValue())
                  .collect(Collectors.joining(", ")))
          .append(System.lineSeparator());
    }
    run.problems().forEach(problem -> text.append("  BROKE    ").append(problem).append(System.lineSeparator()));
    run.remarks().forEach(remark -> text.append("  NOTE     ").append(remark).append(System.lineSeparator()));
    return text.toString();
  }

  private static String describe(Delay delay) {
    return Double.isNaN(delay.p50())
        ? "not known"
        : "p50 %.2f, p90 %.2f, p99 %.2f, p99.9 %.2f, max %.2f ms"
            .formatted(delay.p50(), delay.p90(), delay.p99(), delay.p999(), delay.max());
  }
}
