package sfu.load.numbers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import sfu.load.report.RunResult.Delay;
import sfu.load.report.RunResult.Second;
import sfu.load.report.plot.Axis;
import sfu.load.report.plot.Ink;
import sfu.load.report.plot.LinePlot;
import sfu.load.report.plot.Plot;
import sfu.load.report.plot.Point;
import sfu.load.report.plot.Series;
import sfu.load.report.text.Unit;
import sfu.load.run.Limit;
import sfu.load.run.ServerSettings;
import sfu.load.run.StoppedException;
import sfu.load.run.UsageException;

/** How long packets take at 70 % of what a server carries, and how much of that its collector may have made. */
final class DelayExperiment implements Experiment {

  private static final double SHARE_OF_LIMIT = 0.7;
  private static final Target P50 = Target.atMost("0.2 ms", 0.2);
  private static final Target P99 = Target.atMost("1 ms", 1);
  private static final Target P999 = Target.atMost("5 ms", 5);

  private static final Duration DURATION = Duration.ofSeconds(30);
  /** A server runs for weeks: what its compilers take in the first minute is no part of it. */
  private static final Duration WARM_UP = Duration.ofSeconds(60);
  private static final Duration WARM_UP_OF_SEARCH = Duration.ofSeconds(10);
  private static final int VIEWERS_OF_A_CHANNEL = 100;

  @Override
  public String name() {
    return "delay";
  }

  @Override
  public String summary() {
    return "percentiles of the delay at 70 % of the limit, and the collector's pauses";
  }

  @Override
  public Finding run(Lab lab) throws UsageException, IOException, InterruptedException {
    Table table = Table.ofFigures();
    List<String> notes = new ArrayList<>();
    Map<String, Plot> plots = new LinkedHashMap<>();
    for (String scenario : List.of("meeting", "webinar")) {
      try {
        Limit limit = limit(lab, scenario);
        Load load = seventyPercent(scenario, limit.level());
        lab.say("%s: %s held, 70 %% are %s".formatted(scenario, limit.title(), load.title));
        plots.put("delay-" + scenario, plot(scenario, measure(lab, table, load)));
        notes.add("%s: %s held; %s".formatted(scenario, limit.title(), describe(limit)));
      } catch (StoppedException e) {
        if (plots.isEmpty()) {
          throw e;
        }
        lab.fallShort("the " + scenario + " is missing");
      }
    }
    notes.add(
        "Delay is from a participant's sending to another's receiving: the load's own lateness and the kernel's are in "
            + "it. Pauses are those that the server's Java logged (-Xlog:gc) while it was measured.");
    return new Finding("Delay at 70 % of the limit", List.of(table), notes, plots);
  }

  private static Limit limit(Lab lab, String scenario) throws UsageException, IOException, InterruptedException {
    String size = lab.isQuick() && scenario.equals("webinar") ? " --participants 6" : "";
    Trial search =
        lab.drive(
            ServerSettings.of(1, VIEWERS_OF_A_CHANNEL + 1),
            scenario + ", the limit",
            "--scenario %s%s --find-limit --step %s --ramp 40/s --warm-up %s"
                .formatted(scenario, size, lab.step(), lab.warmUp(WARM_UP_OF_SEARCH)));
    Limit limit = search.limit().orElseThrow();
    if (limit.level() == 0) {
      throw new IllegalStateException(
          "%s: not even the least load held: %s".formatted(scenario, limit.broke().orElse("nothing was measured")));
    }
    return limit;
  }

  static String describe(Limit limit) {
    if (limit.broke().isEmpty()) {
      return "no limit was found, so these are 70 % of that.";
    }
    String broke = "above, " + limit.broke().get();
    return limit.notTheServers().isPresent()
        ? broke + ". But that may not be the server's limit: %s; these are 70 %% of what held."
            .formatted(limit.notTheServers().get())
        : broke + ": the server's limit.";
  }

  /** What is driven, and how tables call it. */
  record Load(String title, String options) {}

  /** {@code level}: channels of a meeting, viewers of a webinar. */
  static Load seventyPercent(String scenario, int level) {
    int share = Math.max(1, (int) (level * SHARE_OF_LIMIT));
    if (!scenario.equals("webinar")) {
      return new Load(
          "%s × %d".formatted(scenario, share), "--scenario %s --channels %d".formatted(scenario, share));
    }
    int channels = (share + VIEWERS_OF_A_CHANNEL - 1) / VIEWERS_OF_A_CHANNEL;
    int participants = 1 + share / channels;
    return new Load(
        "webinar × %d of %d".formatted(channels, participants),
        "--scenario webinar --channels %d --participants %d".formatted(channels, participants));
  }

  /** Returns the last round. */
  private static Trial measure(Lab lab, Table table, Load load)
      throws UsageException, IOException, InterruptedException {
    List<Trial> trials = new ArrayList<>();
    List<GcLog.Pauses> pauses = new ArrayList<>();
    Path log = Files.createTempFile("sfu-gc", ".log");
    log.toFile().deleteOnExit();
    try {
      ServerSettings settings =
          new ServerSettings(1, VIEWERS_OF_A_CHANNEL + 1, Map.of(), List.of(GcLog.javaOption(log)));
      lab.eachRound(
          () -> {
            Trial trial =
                lab.drive(
                    settings,
                    load.title + ", 70 %",
                    "%s --ramp 40/s --warm-up %s --duration %s"
                        .formatted(load.options, lab.warmUp(WARM_UP), lab.duration(DURATION)));
            trials.add(trial);
            pauses.add(GcLog.read(log, trial.window()));
          });
    } finally {
      Files.deleteIfExists(log);
    }
    Rounds packets = Rounds.of(trials, Trial::packetsPerSecond);
    Rounds cores = Rounds.of(trials, Trial::serverCores);
    table.figure(load.title, "packets/s out", packets.text(0));
    table.figure(load.title, "server's cores", cores.text(2));
    percentile(table, load.title, "p50, ms", trials, Delay::p50, P50);
    percentile(table, load.title, "p99, ms", trials, Delay::p99, P99);
    percentile(table, load.title, "p99.9, ms", trials, Delay::p999, P999);
    table.figure(load.title, "most, ms", delays(trials, Delay::max).text(2));
    table.figure(load.title, "GC pauses", Rounds.of(pauses, GcLog.Pauses::count).text(0));
    table.figure(load.title, "longest pause, ms", Rounds.of(pauses, GcLog.Pauses::longestMillis).text(2));
    table.figure(load.title, "all pauses, ms", Rounds.of(pauses, GcLog.Pauses::totalMillis).text(1));
    return trials.getLast();
  }

  private static void percentile(
      Table table, String load, String what, List<Trial> trials, ToDoubleFunction<Delay> of, Target target) {
    Rounds rounds = delays(trials, of);
    table.figure(load, what, rounds.text(2), rounds, target);
  }

  private static Rounds delays(List<Trial> trials, ToDoubleFunction<Delay> of) {
    return Rounds.of(trials, trial -> of.applyAsDouble(trial.total().delay()));
  }

  private static LinePlot plot(String scenario, Trial trial) {
    return new LinePlot(
        "Delay of the %s at 70 %% of the limit, last round".formatted(scenario),
        Axis.fromZero("time", Unit.SECONDS),
        Axis.log("from sending to receiving", Unit.MILLISECONDS),
        List.of(
            line("p99.9", Ink.RAMP_2, trial, Delay::p999),
            line("p99", Ink.RAMP_3, trial, Delay::p99),
            line("p50", Ink.RAMP_4, trial, Delay::p50)));
  }

  private static Series line(String name, Ink ink, Trial trial, ToDoubleFunction<Delay> of) {
    List<Second> seconds = trial.counted();
    double begin = seconds.getFirst().at();
    return Series.line(
        name,
        ink,
        seconds.stream().map(second -> new Point(second.at() - begin, of.applyAsDouble(second.delay()))).toList());
  }
}
