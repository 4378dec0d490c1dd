package sfu.load.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sfu.load.report.plot.Axis;
import sfu.load.report.plot.Ink;
import sfu.load.report.plot.LinePlot;
import sfu.load.report.plot.Point;
import sfu.load.report.plot.Series;
import sfu.load.report.text.Markup;
import sfu.load.report.text.Unit;

/** One server under rising load: each run a step, and the last at which no criterion broke. */
final class LoadSteps {

  /** "12 channels". */
  private static final Pattern LABEL = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s+(\\p{L}[\\p{L} ]*)");

  private record Step(double load, RunResult run) {

    boolean broken() {
      return !run.problems().isEmpty();
    }
  }

  private LoadSteps() {}

  /** Whether these are steps: several runs of one server. */
  static boolean isSearch(List<RunResult> runs) {
    return runs.size() > 1 && Comparison.servers(runs).size() == 1;
  }

  static void write(Markup page, List<RunResult> runs) {
    if (!isSearch(runs)) {
      return;
    }
    String unit = unit(runs);
    List<Step> steps =
        runs.stream()
            .map(run -> new Step(load(run, unit), run))
            .sorted(Comparator.comparingDouble(Step::load))
            .toList();
    List<LinePlot.Mark> marks = new ArrayList<>();
    limit(steps).ifPresent(limit -> marks.add(new LinePlot.Mark(limit, "limit: " + Unit.COUNT.format(limit))));
    Axis x = Axis.fromZero(unit.isEmpty() ? "participants" : unit, Unit.COUNT);
    page.open("section").element("h2", "Under rising load");
    TimePlots.write(
        page,
        List.of(
            plot("Delay, p99", x, Axis.log("sending to receiving", Unit.MILLISECONDS), steps, marks,
                run -> run.total().delay().p99()),
            plot("Loss on the way", x, Axis.fromZero("of the packets that should have come", Unit.PERCENT), steps,
                marks, run -> RunNumbers.of(run).lossPercent()),
            plot("Server's processor", x, Axis.fromZero("cores in use", Unit.CORES), steps, marks,
                run -> RunNumbers.of(run).serverCores()),
            plot("Server's time per packet", x, Axis.fromZero("for each received by a participant", Unit.MICROSECONDS),
                steps, marks, run -> run.total().microsPerPacket()),
            plot("Packets received", x, Axis.fromZero("packets a second, all participants", Unit.PER_SECOND), steps,
                marks, run -> RunNumbers.of(run).inPps()),
            plot("Server's memory", x, Axis.fromZero("resident, at most", Unit.BYTES), steps, marks,
                run -> run.total().serverRssPeak())));
    page.close();
  }

  private static LinePlot plot(
      String title, Axis x, Axis y, List<Step> steps, List<LinePlot.Mark> marks, ToDoubleFunction<RunResult> of) {
    List<Point> all = points(steps, of);
    List<Point> broken = points(steps.stream().filter(Step::broken).toList(), of);
    return new LinePlot(
        title, x, y,
        List.of(
            new Series("step", "", Ink.FIRST, Series.Style.DOTS, all),
            new Series("a criterion broke", "broke", Ink.BAD, Series.Style.CROSSES, broken)),
        marks);
  }

  private static List<Point> points(List<Step> steps, ToDoubleFunction<RunResult> of) {
    return steps.stream().map(step -> new Point(step.load(), of.applyAsDouble(step.run()))).toList();
  }

  /** The highest load below the first that broke something; empty if the first did or none. */
  private static OptionalDouble limit(List<Step> steps) {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).broken()) {
        return i == 0 ? OptionalDouble.empty() : OptionalDouble.of(steps.get(i - 1).load());
      }
    }
    return OptionalDouble.empty();
  }

  /** What the labels count, if all count the same; else empty. */
  private static String unit(List<RunResult> runs) {
    List<String> units =
        runs.stream()
            .map(run -> LABEL.matcher(run.label()))
            .map(matcher -> matcher.matches() ? matcher.group(2) : "")
            .map(unit -> unit.endsWith("s") ? unit : unit + "s")
            .distinct()
            .toList();
    return units.size() == 1 && units.getFirst().length() > 1 ? units.getFirst() : "";
  }

  private static double load(RunResult run, String unit) {
    Matcher matcher = LABEL.matcher(run.label());
    return !unit.isEmpty() && matcher.matches()
        ? Double.parseDouble(matcher.group(1))
        : run.total().joined() + run.total().failed();
  }
}
