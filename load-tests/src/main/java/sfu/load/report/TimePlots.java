package sfu.load.report;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import sfu.load.engine.AttendeeReport;
import sfu.load.report.RunResult.Second;
import sfu.load.report.plot.Axis;
import sfu.load.report.plot.Ink;
import sfu.load.report.plot.LinePlot;
import sfu.load.report.plot.Plot;
import sfu.load.report.plot.Point;
import sfu.load.report.plot.Series;
import sfu.load.report.text.Markup;
import sfu.load.report.text.Unit;

/** How a run went, second by second. */
final class TimePlots {
  /** From here on, people count minutes. */
  private static final double LONG_SECONDS = 300;

  private static final Axis PEOPLE = Axis.fromZero("participants", Unit.COUNT);
  private static final Axis PACKETS = Axis.fromZero("packets a second, all participants", Unit.PER_SECOND);
  private static final Axis RATE = Axis.fromZero("RTP, all participants", Unit.BITS_PER_SECOND);
  private static final Axis LOSS = Axis.fromZero("of the packets that should have come", Unit.PERCENT);
  private static final Axis DELAY = Axis.log("sending to receiving", Unit.MILLISECONDS);
  private static final Axis CPU = Axis.fromZero("cores in use", Unit.CORES);
  private static final Axis MEMORY = Axis.fromZero("resident", Unit.BYTES);
  private static final Axis JOINED =
      Axis.fromZero("share of participants at the end, by when media came", Unit.PERCENT);
  private static final Axis JOIN_TIME = Axis.fromZero("since their connect", Unit.MILLISECONDS);

  private final Axis time;
  private final double secondsPerUnit;

  private TimePlots(List<RunResult> runs) {
    boolean isLong =
        runs.stream().flatMap(run -> run.seconds().stream()).anyMatch(second -> second.at() > LONG_SECONDS);
    time = Axis.fromZero("since the run began", isLong ? Unit.MINUTES : Unit.SECONDS);
    secondsPerUnit = isLong ? 60 : 1;
  }

  /** All of one run. */
  static void ofOne(Markup page, RunResult run) {
    write(page, new TimePlots(List.of(run)).all(run));
  }

  /** What servers differ in, their runs laid over each other. */
  static void ofServers(Markup page, List<RunResult> runs) {
    write(page, new TimePlots(runs).overlaid(runs));
  }

  private List<Plot> all(RunResult run) {
    List<Second> seconds = run.seconds();
    return List.of(
        new LinePlot(
            "Participants", time, PEOPLE,
            List.of(
                line("in the call", Ink.MUTED, seconds, Second::attendees),
                line("connected", Ink.FIRST, seconds, Second::connected),
                line("failed", Ink.BAD, seconds, Second::failed))),
        new LinePlot(
            "Streams received", time, Axis.fromZero("the server's consumers", Unit.COUNT),
            List.of(line("streams", Ink.FIRST, seconds, Second::streams))),
        new LinePlot(
            "Packets", time, PACKETS,
            List.of(
                line("received", Ink.FIRST, seconds, Second::inPps),
                line("sent", Ink.SECOND, seconds, Second::outPps))),
        new LinePlot(
            "Bit rate", time, RATE,
            List.of(
                line("received", Ink.FIRST, seconds, Second::inBps),
                line("sent", Ink.SECOND, seconds, Second::outBps))),
        new LinePlot(
            "Loss", time, LOSS,
            List.of(
                line("on the way", Ink.SECOND, seconds, Second::lossPercent),
                line("after repair", Ink.FIRST, seconds, Second::residualPercent))),
        new LinePlot(
            "Delay", time, DELAY,
            List.of(
                line("load ran late", Ink.MUTED, seconds, Second::stallMillis),
                line("p50", Ink.RAMP_1, seconds, second -> second.delay().p50()),
                line("p99", Ink.RAMP_2, seconds, second -> second.delay().p99()),
                line("p99.9", Ink.RAMP_3, seconds, second -> second.delay().p999()),
                line("p99.99", Ink.RAMP_4, seconds, second -> second.delay().p9999()))),
        new LinePlot(
            "Time to first media", JOIN_TIME, JOINED, List.of(joins(run, "participants", "participants", Ink.FIRST))),
        new LinePlot(
            "Processor", time, CPU,
            List.of(
                line("server", Ink.FIRST, seconds, Second::serverCpu),
                line("the load", Ink.SECOND, seconds, Second::engineCpu))),
        new LinePlot(
            "Server's memory", time, MEMORY,
            List.of(line("resident", Ink.FIRST, seconds, Second::serverRssBytes))));
  }

  private List<Plot> overlaid(List<RunResult> runs) {
    List<Plot> plots = new ArrayList<>();
    plots.add(overlaid("Packets received", PACKETS, runs, Second::inPps));
    plots.add(overlaid("Loss on the way", LOSS, runs, Second::lossPercent));
    plots.add(overlaid("Delay, p99", DELAY, runs, second -> second.delay().p99()));
    plots.add(overlaid("Server's processor", CPU, runs, Second::serverCpu));
    plots.add(overlaid("Server's memory", MEMORY, runs, Second::serverRssBytes));
    List<Series> joins = new ArrayList<>();
    forEach(runs, (run, label, ink) -> joins.add(joins(run, RunNumbers.name(run), label, ink)));
    plots.add(new LinePlot("Time to first media", JOIN_TIME, JOINED, joins));
    return plots;
  }

  /** Those of which something is known; of the others, only their titles. */
  static void write(Markup page, List<Plot> plots) {
    page.open("div", "class", "plots");
    plots.stream().filter(plot -> !plot.isEmpty()).forEach(plot -> page.open("figure").add(plot.svg()).close());
    page.close();
    String unknown =
        plots.stream().filter(Plot::isEmpty).map(Plot::title).collect(Collectors.joining(", "));
    if (!unknown.isEmpty()) {
      page.element("p", "Not measured: " + unknown + ".", "class", "quiet");
    }
  }

  private interface ForEachRun {
    void accept(RunResult run, String label, Ink ink);
  }

  /** A server's runs have one ink and one label. */
  private static void forEach(List<RunResult> runs, ForEachRun action) {
    List<String> servers = Comparison.servers(runs);
    Set<String> labelled = new HashSet<>();
    for (RunResult run : runs) {
      String label = labelled.add(run.server()) ? run.server() : "";
      action.accept(run, label, Ink.category(servers.indexOf(run.server())));
    }
  }

  private Plot overlaid(String title, Axis y, List<RunResult> runs, ToDoubleFunction<Second> of) {
    List<Series> series = new ArrayList<>();
    forEach(
        runs,
        (run, label, ink) ->
            series.add(
                new Series(RunNumbers.name(run), label, ink, Series.Style.LINE, points(run.seconds(), of))));
    return new LinePlot(title, time, y, series);
  }

  private Series line(String name, Ink ink, List<Second> seconds, ToDoubleFunction<Second> of) {
    return Series.line(name, ink, points(seconds, of));
  }

  private List<Point> points(List<Second> seconds, ToDoubleFunction<Second> of) {
    return seconds.stream().map(second -> new Point(second.at() / secondsPerUnit, of.applyAsDouble(second))).toList();
  }

  /** Of all who should have had media, how many had it so long after their connect. */
  private static Series joins(RunResult run, String name, String label, Ink ink) {
    List<Double> millis =
        run.attendees().stream()
            .map(AttendeeReport::firstMediaNanos)
            .filter(nanos -> nanos >= 0)
            .map(nanos -> nanos / 1e6)
            .sorted()
            .toList();
    List<Point> points = new ArrayList<>();
    if (!millis.isEmpty()) {
      points.add(new Point(0, 0));
    }
    for (int i = 0; i < millis.size(); i++) {
      points.add(new Point(millis.get(i), 100.0 * (i + 1) / run.attendees().size()));
    }
    return new Series(name, label, ink, Series.Style.STEPS, points);
  }
}
