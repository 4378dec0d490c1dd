package sfu.load.numbers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sfu.load.bench.Cost;
import sfu.load.bench.Scenario;
import sfu.load.report.plot.Axis;
import sfu.load.report.plot.DotPlot;
import sfu.load.report.text.Unit;
import sfu.load.run.ServerSettings;
import sfu.load.run.UsageException;

/** What a packet costs the whole server process, next to the bare loop of the same round. */
final class CostExperiment implements Experiment {

  /** What the media worker of the deployed system takes for a packet, in microseconds; on this kind of machine. */
  private static final double DEPLOYED_MICROS = 5.4;

  private static final Target OF_BARE = Target.atLeast("0.7", 0.7);
  private static final Target OF_DEPLOYED = Target.atMost("1/3", 1.0 / 3);

  private static final Duration DURATION = Duration.ofSeconds(30);
  private static final Duration WARM_UP = Duration.ofSeconds(45);
  private static final int LARGEST_CHANNEL = 101;
  private static final double NANOS_PER_MICRO = 1e3;

  /** A load, and the bench's case that has its shape. */
  private record Row(String title, String load, Scenario bare) {}

  private static final List<Row> ROWS =
      List.of(
          new Row("meeting × 12", "--scenario meeting --channels 12", Scenario.MEETING),
          new Row("meeting × 20", "--scenario meeting --channels 20", Scenario.MEETING),
          new Row("webinar × 3", "--scenario webinar --channels 3", Scenario.WEBINAR),
          new Row("webinar × 6", "--scenario webinar --channels 6", Scenario.WEBINAR));

  private static final List<Row> QUICK_ROWS =
      List.of(
          new Row("meeting × 1", "--scenario meeting", Scenario.MEETING),
          new Row("webinar × 1 of 11", "--scenario webinar --participants 11", Scenario.WEBINAR));

  private static final List<Scenario> CASES = List.of(Scenario.ONE_TO_FIFTY_LIGHT, Scenario.MEETING, Scenario.WEBINAR);

  @Override
  public String name() {
    return "cost";
  }

  @Override
  public String summary() {
    return "processor time of the server process for a packet, next to the bare loop's";
  }

  @Override
  public Finding run(Lab lab) throws UsageException, IOException, InterruptedException {
    Map<Scenario, List<Cost>> costs = new EnumMap<>(Scenario.class);
    Map<Row, List<Trial>> trials = new LinkedHashMap<>();
    lab.eachRound(
        () -> {
          for (Scenario one : CASES) {
            Cost cost = lab.bench(one);
            costs.computeIfAbsent(one, _ -> new ArrayList<>()).add(cost);
          }
          for (Row row : lab.pick(ROWS, QUICK_ROWS)) {
            String load =
                "%s --ramp 20/s --warm-up %s --duration %s"
                    .formatted(row.load, lab.warmUp(WARM_UP), lab.duration(DURATION));
            Trial trial = lab.drive(ServerSettings.of(1, LARGEST_CHANNEL), row.title, load);
            trials.computeIfAbsent(row, _ -> new ArrayList<>()).add(trial);
          }
        });
    List<DotPlot.Row> dots = new ArrayList<>();
    Table loads = loads(trials, costs, dots);
    return new Finding(
        "Cost of a packet",
        List.of(loads, bare(costs)),
        List.of(
            "Packets are those that participants receive; the server's time is that of its whole process, collector, "
                + "compiler and signalling included. One worker, server and load pinned to cores of their own.",
            "Bare / server: the bare loop of the case in brackets, of the same round, to the server. Of the deployed "
                + "system: to the %.1f µs of its media worker, which are for 1→50.".formatted(DEPLOYED_MICROS)),
        Map.of(
            "cost",
            new DotPlot(
                "Processor time of the server process for a packet",
                "µs, median and range of the rounds; the line is a third of the deployed system's",
                Axis.fromZero("time a packet", Unit.MICROSECONDS),
                DEPLOYED_MICROS / 3,
                dots)));
  }

  private static Table loads(
      Map<Row, List<Trial>> trials, Map<Scenario, List<Cost>> costs, List<DotPlot.Row> dots) {
    Table table =
        new Table(
            "load", "packets/s out", "server's cores", "µs a packet", "packets a message", "load's cores",
            "bare / server (" + OF_BARE.title() + ")", "",
            "of the deployed system's (" + OF_DEPLOYED.title() + ")", "");
    trials.forEach(
        (row, of) -> {
          List<Double> bareMicros =
              costs.get(row.bare).stream().map(cost -> cost.bareNanos() / NANOS_PER_MICRO).toList();
          List<Double> micros = Trial.micros(of);
          Rounds ofBare = Rounds.ratios(bareMicros, micros);
          Rounds ofDeployed = Rounds.of(micros.stream().map(each -> each / DEPLOYED_MICROS).toList());
          Rounds all = Rounds.of(micros);
          dots.add(new DotPlot.Row(row.title, all.low(), all.median(), all.high()));
          table.row(
              row.title,
              Rounds.of(of, Trial::packetsPerSecond).text(0),
              Rounds.of(of, Trial::serverCores).text(2),
              all.text(2),
              Rounds.of(of, Trial::packetsPerMessage).text(1),
              Rounds.of(of, Trial::loadCores).text(2),
              ofBare.text(2) + " [" + row.bare.title() + "]",
              OF_BARE.judge(ofBare.median()).title(),
              ofDeployed.text(2),
              OF_DEPLOYED.judge(ofDeployed.median()).title());
        });
    return table;
  }

  private static Table bare(Map<Scenario, List<Cost>> costs) {
    Table table = new Table("bench", "bare loop, µs", "worker, µs", "worker / bare", "packets a message");
    costs.forEach(
        (one, of) ->
            table.row(
                one.title(),
                Rounds.of(of, cost -> cost.bareNanos() / NANOS_PER_MICRO).text(2),
                Rounds.of(of, cost -> cost.sfuNanos() / NANOS_PER_MICRO).text(2),
                Rounds.of(of, Cost::ratio).text(2),
                Rounds.of(of, Cost::segments).text(1)));
    return table;
  }
}
