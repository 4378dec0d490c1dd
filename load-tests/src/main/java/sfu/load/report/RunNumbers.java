package sfu.load.report;

import sfu.load.engine.StreamQuality;

/** What follows from the numbers of a run. Percent, counts a second and cores; NaN where the run doesn't tell. */
record RunNumbers(
    String name,
    boolean failed,
    int streams,
    double inPps,
    double outPps,
    double inBps,
    double lossPercent,
    double residualPercent,
    double serverCores,
    double engineCores) {

  static RunNumbers of(RunResult run) {
    RunResult.Total total = run.total();
    return new RunNumbers(
        name(run),
        !run.problems().isEmpty(),
        run.seconds().stream().mapToInt(RunResult.Second::streams).max().orElse(0),
        share(total.packetsIn(), total.seconds()),
        share(total.packetsOut(), total.seconds()),
        run.seconds().stream().mapToDouble(RunResult.Second::inBps).filter(Double::isFinite).max().orElse(Double.NaN),
        lossPercent(total.packetsIn(), total.lost(), total.repaired()),
        residualPercent(total.packetsIn(), total.lost(), total.repaired()),
        share(total.serverCpuSeconds(), total.seconds()),
        share(total.engineCpuSeconds(), total.seconds()));
  }

  /** "ours, round 2". */
  static String name(RunResult run) {
    return run.label().isEmpty() ? run.server() : run.server() + ", " + run.label();
  }

  static double lossPercent(StreamQuality stream) {
    return lossPercent(stream.packets(), stream.lost(), stream.repaired());
  }

  static double residualPercent(StreamQuality stream) {
    return residualPercent(stream.packets(), stream.lost(), stream.repaired());
  }

  /** Of the packets that should have come by themselves: those that came, without the repeated ones, and the lost. */
  static double lossPercent(long packets, long lost, long repaired) {
    return 100 * share(lost, packets - repaired + lost);
  }

  static double residualPercent(long packets, long lost, long repaired) {
    return 100 * share(lost - repaired, packets - repaired + lost);
  }

  private static double share(double part, double whole) {
    return whole > 0 ? part / whole : Double.NaN;
  }
}
