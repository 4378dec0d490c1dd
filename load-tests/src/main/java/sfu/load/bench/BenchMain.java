package sfu.load.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.runner.RunnerException;

/** {@code ./sfu bench}: the packet path next to the same loop without an SFU. */
public final class BenchMain {
  private static final String USAGE =
      """
      usage: ./sfu bench [--full | --quick] [--json FILE]

        --full       every scenario with every cipher and both kinds of sockets, about 12 minutes
        --quick      a few seconds: whether it runs and what it allocates; its times mean nothing
        --json FILE  writes the results there too
      """;

  private BenchMain() {}

  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    List<BenchCase> cases = BenchCase.main();
    Bench.Effort effort = Bench.Effort.MEASURE;
    Path json = null;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--full" -> cases = BenchCase.all();
        case "--quick" -> {
          cases = BenchCase.usual();
          effort = Bench.Effort.QUICK;
        }
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
    List<Measurement> measurements = run(cases, effort);
    if (json != null) {
      Report.writeJson(json, measurements);
    }
  }

  private static List<Measurement> run(List<BenchCase> cases, Bench.Effort effort) {
    List<Measurement> measurements = new ArrayList<>();
    System.out.println(Report.machine());
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
