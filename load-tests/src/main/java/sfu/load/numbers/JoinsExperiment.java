package sfu.load.numbers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sfu.load.report.RunResult.Delay;
import sfu.load.report.plot.Axis;
import sfu.load.report.plot.Ink;
import sfu.load.report.plot.LinePlot;
import sfu.load.report.plot.Point;
import sfu.load.report.plot.Series;
import sfu.load.report.text.Unit;
import sfu.load.run.LoadedServer;
import sfu.load.run.ServerSettings;
import sfu.load.run.UsageException;

/** How long those wait for media who come into a channel fast, one after the other. */
final class JoinsExperiment implements Experiment {

  private static final Target P99 = Target.atMost("1 s", 1_000);
  private static final Duration DURATION = Duration.ofSeconds(5);

  @Override
  public String name() {
    return "joins";
  }

  @Override
  public String summary() {
    return "connect to first media of 100 who come at 10/s, at a server just started and at a warm one";
  }

  @Override
  public Finding run(Lab lab) throws UsageException, IOException, InterruptedException {
    int participants = lab.pick(100, 4);
    String load =
        "--scenario webinar --participants %d --ramp 10/s --warm-up off --duration %s"
            .formatted(participants, lab.pick(lab.duration(DURATION), "1s"));
    Map<String, List<Trial>> trials = new LinkedHashMap<>();
    lab.eachRound(
        () -> {
          try (LoadedServer server = lab.start(ServerSettings.of(1, participants))) {
            for (String state : List.of("just started", "warm")) {
              Trial trial = lab.drive(server, state, load);
              trials.computeIfAbsent(state, _ -> new ArrayList<>()).add(trial);
            }
          }
        });
    Table table = Table.ofFigures();
    trials.forEach((state, of) -> figures(table, state, of, participants));
    return new Finding(
        "Joins: %d participants at 10/s into one channel".formatted(participants),
        List.of(table),
        List.of(
            "From connect to the first packet of the publisher; warm is the second channel of the same server.",
            "A round in which somebody had no media within 20 s has no times: the target is missed then, or, if the "
                + "load itself lacked processor time, unknown unless other rounds say it."),
        Map.of("joins", plot(trials)));
  }

  static void figures(Table table, String state, List<Trial> trials, int participants) {
    List<Delay> joins =
        trials.stream().filter(trial -> trial.isWhole(participants)).map(trial -> trial.total().joins()).toList();
    Rounds p99 = Rounds.of(joins, Delay::p99);
    boolean refused = trials.stream().anyMatch(trial -> !trial.isWhole(participants) && trial.blamesTheServer());
    table.figure(state, "p50, ms", Rounds.of(joins, Delay::p50).text(0));
    table.figure(state, "p99, ms", p99.text(0), P99, refused ? Verdict.MISSED : P99.judge(p99.median()));
    table.figure(state, "most, ms", Rounds.of(joins, Delay::max).text(0));
    table.figure(
        state,
        "joins",
        "%d, %d failed"
            .formatted(
                trials.stream().mapToInt(trial -> trial.total().joined()).sum(),
                trials.stream().mapToInt(trial -> trial.total().failed()).sum()));
  }

  private static LinePlot plot(Map<String, List<Trial>> trials) {
    List<Series> series = new ArrayList<>();
    trials.forEach(
        (state, of) -> {
          List<Double> sorted = of.getLast().joinMillis();
          List<Point> points = new ArrayList<>();
          for (int i = 0; i < sorted.size(); i++) {
            points.add(new Point(i + 1, sorted.get(i)));
          }
          series.add(Series.line(state, Ink.category(series.size()), points));
        });
    return new LinePlot(
        "Connect to first media, shortest first, last round",
        Axis.fromZero("participants", Unit.COUNT),
        Axis.fromZero("time", Unit.MILLISECONDS),
        series);
  }
}
