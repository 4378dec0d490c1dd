package sfu.load.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.runner.RunnerException;
import sfu.load.report.Machine;

/** {@code ./sfu bench}: the packet path next to the same loop without an SFU. */
public final class BenchMain {
  private static final String USAGE =
      """
      usage: ./sfu bench [--full] [--quick] [--json FILE]

        --full       every scenario with every cipher and both kinds of sockets: about 12 minutes
        --quick      a few seconds a line: whether it runs and what it allocates; its times mean nothing
        --json FILE  writes the results there too
      """;

  private BenchMain() {}

  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    boolean full = false;
    boolean quick = false;
    Path json = null;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--full" -> full = true;
        case "--quick" -> quick = true;
        case "--json" -> {
          if (++i == args.length) {
            fail("--json needs a file\n" + USAGE);
          }
          json = Path.of(args[i]);
        }
        case "--help", "-h" -> {
          System.out.print(USAGE);
          return;
        }
        default -> fail("unknown: " + args[i] + "\n" + USAGE);
      }
    }
    List<BenchCase> cases = full ? BenchCase.all() : quick ? BenchCase.usual() : BenchCase.main();
    List<Measurement> measurements = run(cases, quick ? Bench.Effort.QUICK : Bench.Effort.MEASURE);
    if (json != null) {
      Report.writeJson(json, measurements);
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
