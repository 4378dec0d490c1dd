package sfu.load.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.runner.RunnerException;
import sfu.load.report.Machine;

/** {@code ./sfu bench}: the packet path next to the same loop without an SFU. */
public final class BenchMain {
  private BenchMain() {}

  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    BenchOptions options;
    try {
      options = BenchOptions.parse(args);
    } catch (IllegalArgumentException e) {
      fail(e.getMessage());
      return;
    }
    if (options.help()) {
      System.out.print(BenchOptions.USAGE);
      return;
    }
    List<Measurement> measurements = run(options.cases(), options.effort());
    if (options.json() != null) {
      Report.writeJson(options.json(), measurements);
    }
  }

  private static List<Measurement> run(List<BenchCase> cases, Bench.Effort effort) {
    List<Measurement> measurements = new ArrayList<>();
    System.out.println(Machine.describe());
    System.out.println(Report.head());
    for (BenchCase one : cases) {
      String obstacle = one.obstacle();
      if (obstacle != null) {
        System.out.println(one + ": not here: " + obstacle);
        continue;
      }
      try {
        Measurement measurement = Bench.run(one, effort);
        measurements.add(measurement);
        System.out.println(Report.line(measurement));
      } catch (RunnerException e) {
        fail(one + ": " + e.getMessage());
      }
    }
    System.out.print(Report.legend());
    if (effort == Bench.Effort.MEASURE) {
      System.out.println(Report.verdict(measurements));
    }
    return measurements;
  }

  private static void fail(String why) {
    System.err.println("bench: " + why);
    System.exit(2);
  }
}
