package sfu.load.numbers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sfu.load.report.RunResult.Second;
import sfu.load.report.plot.Axis;
import sfu.load.report.plot.Ink;
import sfu.load.report.plot.LinePlot;
import sfu.load.report.plot.Point;
import sfu.load.report.plot.Series;
import sfu.load.report.text.Unit;
import sfu.load.run.LoadedServer;
import sfu.load.run.ServerSettings;
import sfu.load.run.UsageException;

/** Whether a server's memory grows while people come and go for long. Once, whatever the rounds: it takes long. */
final class ChurnExperiment implements Experiment {

  private static final String NAME = "churn";
  private static final int PARTICIPANTS = 8;
  private static final double BYTES_PER_MB = 1e6;
  private static final double SECONDS_PER_MINUTE = 60;
  private static final Target NO_GROWTH = Target.atMost("1.02", 1.02);
  private static final Duration DURATION = Duration.ofMinutes(30);
  private static final Duration QUICK_DURATION = Duration.ofSeconds(15);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "memory over 30 minutes in which people come and go; only when it is named";
  }

  @Override
  public Finding run(Lab lab) throws UsageException, IOException, InterruptedException {
    String duration = lab.isQuick() ? QUICK_DURATION.toSeconds() + "s" : lab.duration(DURATION);
    String load =
        "--scenario churn --channels %d --churn 2/s --ramp 20/s --warm-up off --duration %s"
            .formatted(lab.pick(4, 1), duration);
    Trial trial;
    try (LoadedServer server = lab.start(ServerSettings.of(1, PARTICIPANTS))) {
      trial = lab.driveOn(server, NAME, load, () -> {});
    }
    if (lab.isStopped()) {
      lab.fallShort("what was to come after that");
    }
    MemoryTrend trend = MemoryTrend.of(trial.counted());
    Table table = Table.ofFigures();
    figure(table, "at the start, MB", trend.first());
    figure(table, "second fifth's median, MB", trend.early());
    figure(table, "last fifth's median, MB", trend.late());
    figure(table, "at the end, MB", trend.last());
    Rounds growth = Rounds.of(List.of(trend.growth()));
    table.figure(NAME, "last fifth to second fifth", growth.text(3), growth, NO_GROWTH);
    table.figure(
        NAME,
        "slope of the last half, MB/min",
        "%+.3f".formatted(trend.slopePerMinute() / BYTES_PER_MB));
    table.figure(NAME, "joins", "%d, %d failed".formatted(trial.total().joined(), trial.total().failed()));
    return new Finding(
        "Memory while people come and go",
        List.of(table),
        List.of(
            "No growth: the median of the last fifth of the time is at most 2 % above that of the second fifth. The "
                + "first fifth is left out: a new server compiles and sizes what it needs. The slope is a line's, "
                + "fitted by least squares."),
        Map.of(NAME, plot(trial)));
  }

  private static void figure(Table table, String what, double bytes) {
    table.figure(NAME, what, "%.1f".formatted(bytes / BYTES_PER_MB));
  }

  private static LinePlot plot(Trial trial) {
    List<Point> points = new ArrayList<>();
    for (Second second : trial.seconds()) {
      points.add(new Point(second.at() / SECONDS_PER_MINUTE, second.serverRssBytes()));
    }
    return new LinePlot(
        "Resident memory of the server while people come and go",
        Axis.fromZero("time", Unit.MINUTES),
        Axis.fromZero("memory", Unit.BYTES),
        List.of(Series.line("memory", Ink.FIRST, points)));
  }
}
