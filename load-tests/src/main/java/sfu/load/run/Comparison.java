package sfu.load.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import sfu.load.report.LoadResult.Ratio;
import sfu.load.report.RunResult;
import sfu.load.report.RunResult.Total;

/** Ratios of what two servers came to under the same load, by pairs of runs right after each other. */
final class Comparison {

  private static final double BYTES_PER_KB = 1e3;
  private static final double BYTES_PER_MB = 1e6;

  private Comparison() {}

  private record Figure(String what, ToDoubleFunction<Total> of) {}

  private static final List<Figure> FIGURES =
      List.of(
          new Figure("packets received a second", total -> total.packetsIn() / total.seconds()),
          new Figure("server CPU per packet, µs", Total::microsPerPacket),
          new Figure("packets per second of server CPU", Total::packetsPerServerCpuSecond),
          new Figure("delay p50, ms", total -> total.delay().p50()),
          new Figure("delay p99, ms", total -> total.delay().p99()),
          new Figure("delay p99.9, ms", total -> total.delay().p999()),
          new Figure("join p50, ms", total -> total.joins().p50()),
          new Figure("join p99, ms", total -> total.joins().p99()),
          new Figure("server memory at its most, MB", total -> total.serverRssPeak() / BYTES_PER_MB),
          new Figure("server memory per participant, KB", total -> total.rssPerAttendee() / BYTES_PER_KB),
          new Figure(
              "loss, %", total -> Ledger.lossPercent(total.packetsIn(), total.lost(), total.repaired())));

  /**
   * Of runs A B A B; one without its counterpart counts for nothing. Figures that one of them lacks are left out.
   */
  static List<Ratio> of(List<RunResult> runs) {
    List<Ratio> ratios = new ArrayList<>();
    int pairs = runs.size() / 2;
    for (Figure figure : FIGURES) {
      double[] first = new double[pairs];
      double[] second = new double[pairs];
      double[] ratio = new double[pairs];
      for (int i = 0; i < pairs; i++) {
        first[i] = figure.of.applyAsDouble(runs.get(2 * i).total());
        second[i] = figure.of.applyAsDouble(runs.get(2 * i + 1).total());
        ratio[i] = first[i] / second[i];
      }
      if (pairs > 0 && Arrays.stream(ratio).allMatch(Double::isFinite)) {
        Arrays.sort(ratio);
        ratios.add(
            new Ratio(figure.what, median(first), median(second), median(ratio), ratio[0], ratio[pairs - 1]));
      }
    }
    return ratios;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
