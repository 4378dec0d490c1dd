package sfu.load.bench;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link ForwardingBenchmark} for one case and reads what JMH measured. */
public final class Bench {
  private Bench() {}

  /** How long and how carefully. */
  enum Effort {
    /** In a JVM of its own, so that no case sees what the compiler learnt from another. */
    MEASURE(1, 20, 40, 200),
    /** In this JVM, long enough for the compiler: shows that it runs and what it allocates, not how fast it is. */
    QUICK(0, 20, 10, 100);

    private final int forks;
    private final int warmups;
    private final int iterations;
    private final int iterationMillis;

    Effort(int forks, int warmups, int iterations, int iterationMillis) {
      this.forks = forks;
      this.warmups = warmups;
      this.iterations = iterations;
      this.iterationMillis = iterationMillis;
    }
  }

  /**
   * Measures a scenario with the sockets and ciphers that a node uses on Linux, in a JVM of its own: takes some 15 s.
   * Only one at a time on a machine.
   *
   * @throws IOException if this machine can't run it, or packets were lost on the way, with the reason
   */
  public static Cost measure(Scenario scenario) throws IOException {
    BenchCase usual = BenchCase.usual(scenario);
    String obstacle = usual.obstacle();
    if (obstacle != null) {
      throw new IOException(usual + ": not here: " + obstacle);
    }
    try {
      return run(usual, Effort.MEASURE).cost();
    } catch (RunnerException e) {
      throw new IOException(usual + ": " + e.getMessage(), e);
    }
  }

  /** @throws RunnerException if it failed, with the reason: lost packets above all */
  static Measurement run(BenchCase which, Effort effort) throws RunnerException {
    if (effort == Effort.QUICK) {
      // Another bench on this machine disturbs only times, which don't count here.
      System.setProperty("jmh.ignoreLock", "true");
    }
    TimeValue time = TimeValue.milliseconds(effort.iterationMillis);
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(ForwardingBenchmark.class.getName() + ".forward")
                    .param("scenario", which.scenario().name())
                    .param("io", which.io().name())
                    .param("cipher", which.cipher().name())
                    .param("profile", which.profile().name())
                    .forks(effort.forks)
                    .warmupIterations(effort.warmups)
                    .warmupTime(time)
                    .measurementIterations(effort.iterations)
                    .measurementTime(time)
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    return read(
        which,
        results.stream()
            .flatMap(result -> result.getBenchmarkResults().stream())
            .flatMap(result -> result.getIterationResults().stream())
            .toList());
  }

  private static Measurement read(BenchCase which, List<IterationResult> iterations) {
    List<IterationResult> sfu = iterations.stream().filter(i -> sum(i, "sfu") > 0).toList();
    List<IterationResult> bare = iterations.stream().filter(i -> sum(i, "sfu") == 0).toList();
    double[] sfuNanos = sfu.stream().mapToDouble(Bench::nanosPerPacket).toArray();
    double[] bareNanos = bare.stream().mapToDouble(Bench::nanosPerPacket).toArray();
    double[] ratios = new double[Math.min(sfuNanos.length, bareNanos.length)];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = sfuNanos[i] / bareNanos[i];
    }
    double[] bytes = sfu.stream().mapToDouble(i -> sum(i, "allocatedBytes") / sum(i, "packets")).toArray();
    return new Measurement(
        which,
        Spread.of(sfuNanos),
        Spread.of(bareNanos),
        Spread.of(sfu.stream().mapToDouble(Bench::wallNanosPerPacket).toArray()),
        Spread.of(bare.stream().mapToDouble(Bench::wallNanosPerPacket).toArray()),
        Spread.of(ratios),
        Spread.of(bytes),
        total(sfu, "datagrams") / total(sfu, "messages"),
        total(bare, "datagrams") / total(bare, "messages"),
        (long) total(sfu, "turns"),
        (long) total(sfu, "packets"));
  }

  private static double nanosPerPacket(IterationResult iteration) {
    return sum(iteration, "cpuNanos") / sum(iteration, "packets");
  }

  private static double wallNanosPerPacket(IterationResult iteration) {
    return iteration.getPrimaryResult().getScore() * sum(iteration, "turns") / sum(iteration, "packets");
  }

  private static double total(List<IterationResult> iterations, String name) {
    return iterations.stream().mapToDouble(i -> sum(i, name)).sum();
  }

  private static double sum(IterationResult iteration, String name) {
    return iteration.getSecondaryResults().get(name).getScore();
  }
}
