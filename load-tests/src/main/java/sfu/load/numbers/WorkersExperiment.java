package sfu.load.numbers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sfu.load.report.plot.Axis;
import sfu.load.report.plot.DotPlot;
import sfu.load.report.text.Unit;
import sfu.load.run.Limit;
import sfu.load.run.ServerSettings;
import sfu.load.run.UsageException;

/**
 * Two workers next to one: what a packet costs under the same load and, where there are cores for it, how much more
 * they carry.
 */
final class WorkersExperiment implements Experiment {

  private static final Target OF_LIMITS = Target.atLeast("1.8", 1.8);
  private static final Duration DURATION = Duration.ofSeconds(30);
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final int PARTICIPANTS = 8;

  /** As many as leave cores of its own to the load. */
  private static final int CORES = 2 + 1;

  @Override
  public String name() {
    return "workers";
  }

  @Override
  public String summary() {
    return "two workers next to one: cost under the same load, and limits where there are cores for it";
  }

  @Override
  public Finding run(Lab lab) throws UsageException, IOException, InterruptedException {
    int cores = Runtime.getRuntime().availableProcessors();
    int channels = lab.pick(8, 2);
    List<Trial> one = new ArrayList<>();
    List<Trial> two = new ArrayList<>();
    List<Limit> limitsOfOne = new ArrayList<>();
    List<Limit> limitsOfTwo = new ArrayList<>();
    lab.eachRound(
        () -> {
          one.add(same(lab, 1, channels));
          two.add(same(lab, 2, channels));
          if (cores >= CORES) {
            limitsOfOne.add(limit(lab, 1));
            limitsOfTwo.add(limit(lab, 2));
          }
        });
    Rounds first = Rounds.of(one, Trial::microsPerPacket);
    Rounds second = Rounds.of(two, Trial::microsPerPacket);
    Table table = Table.ofFigures();
    figures(table, "1 worker, meeting × " + channels, one);
    figures(table, "2 workers, meeting × " + channels, two);
    table.figure("2 to 1", "µs a packet", Rounds.ratios(Trial.micros(two), Trial.micros(one)).text(2));
    if (cores >= CORES) {
      Rounds ratio = Rounds.ratios(held(limitsOfTwo), held(limitsOfOne));
      table.figure("1 worker, the limit", "packets/s out", Rounds.of(held(limitsOfOne)).text(0));
      table.figure("2 workers, the limit", "packets/s out", Rounds.of(held(limitsOfTwo)).text(0));
      table.figure("2 to 1, the limits", "packets/s out", ratio.text(2), ratio, OF_LIMITS);
    } else {
      table.row("2 to 1, the limits", "packets/s out", "–", OF_LIMITS.title(), Verdict.UNKNOWN.title());
    }
    return new Finding(
        "Two workers next to one",
        List.of(table),
        notes(cores, limitsOfOne, limitsOfTwo),
        Map.of(
            "workers",
            new DotPlot(
                "Processor time of the server process for a packet",
                "median and range of the rounds; the line is one worker's median",
                Axis.fromZero("time a packet", Unit.MICROSECONDS),
                first.median(),
                List.of(
                    new DotPlot.Row("1 worker", first.low(), first.median(), first.high()),
                    new DotPlot.Row("2 workers", second.low(), second.median(), second.high())))));
  }

  private static Trial same(Lab lab, int workers, int channels)
      throws UsageException, IOException, InterruptedException {
    return lab.drive(
        ServerSettings.of(workers, PARTICIPANTS),
        title(workers),
        "--scenario meeting --channels %d --workers %d --ramp 20/s --warm-up %s --duration %s"
            .formatted(channels, workers, lab.warmUp(WARM_UP), lab.duration(DURATION)));
  }

  private static Limit limit(Lab lab, int workers) throws UsageException, IOException, InterruptedException {
    return lab.drive(
            ServerSettings.of(workers, PARTICIPANTS),
            title(workers) + ", the limit",
            "--scenario meeting --workers %d --find-limit --step %s --ramp 20/s --warm-up %s"
                .formatted(workers, lab.step(), lab.warmUp(WARM_UP)))
        .limit()
        .orElseThrow();
  }

  private static String title(int workers) {
    return workers == 1 ? "1 worker" : workers + " workers";
  }

  private static void figures(Table table, String load, List<Trial> trials) {
    table.figure(load, "packets/s out", Rounds.of(trials, Trial::packetsPerSecond).text(0));
    table.figure(load, "server's cores", Rounds.of(trials, Trial::serverCores).text(2));
    table.figure(load, "µs a packet", Rounds.of(trials, Trial::microsPerPacket).text(2));
  }

  private static List<String> notes(int cores, List<Limit> one, List<Limit> two) {
    List<String> notes = new ArrayList<>();
    notes.add(
        cores >= CORES
            ? "This machine has %d cores: as many for the server as it has workers, the others for the load."
                .formatted(cores)
            : ("This machine has %d cores, one of them for the load: two workers share the other. How much more two "
                    + "carry than one takes %d cores at least; here only the cost can be compared.")
                .formatted(cores, CORES));
    one.forEach(limit -> doubt("1 worker", limit).ifPresent(notes::add));
    two.forEach(limit -> doubt("2 workers", limit).ifPresent(notes::add));
    return notes;
  }

  private static Optional<String> doubt(String workers, Limit limit) {
    return limit.notTheServers().map(why -> "%s: that may not be the server's limit: %s.".formatted(workers, why));
  }

  private static List<Double> held(List<Limit> limits) {
    return limits.stream()
        .map(limit -> limit.held().map(total -> total.packetsIn() / total.seconds()).orElse(Double.NaN))
        .toList();
  }
}
