package sfu.load.numbers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import sfu.load.report.plot.Axis;
import sfu.load.report.plot.DotPlot;
import sfu.load.report.text.Unit;
import sfu.load.run.LoadedServer;
import sfu.load.run.ServerSettings;
import sfu.load.run.UsageException;

/** What is resident of an idle server, and of each participant of a large channel. */
final class MemoryExperiment implements Experiment {

  private static final double BYTES_PER_KB = 1e3;
  private static final double BYTES_PER_MB = 1e6;
  private static final Target IDLE = Target.atMost("300 MB", 300 * BYTES_PER_MB);
  private static final Target EACH = Target.atMost("250 KB", 250 * BYTES_PER_KB);

  private static final Duration DURATION = Duration.ofSeconds(30);
  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();
  private static final long POLL_MILLIS = 500;

  /** A channel of so many: with fewer, what a server loads for the first of all would be shared by few. */
  private record Channel(String title, int participants, String load) {}

  private static final List<Channel> CHANNELS =
      List.of(
          new Channel("50, 1 publishes", 50, "--scenario webinar --participants 50"),
          new Channel("50, all publish", 50, "--participants 50 --fps 2 --bitrate 200K"),
          new Channel("50, 8 publish", 50, "--participants 50 --publishers 8"));

  private static final List<Channel> QUICK_CHANNELS =
      List.of(new Channel("5, 1 publishes", 5, "--scenario webinar --participants 5"));

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String summary() {
    return "resident memory of an idle server, and of each participant of a channel of 50";
  }

  @Override
  public Finding run(Lab lab) throws UsageException, IOException, InterruptedException {
    List<Double> idle = new ArrayList<>();
    Map<Channel, List<Double>> each = new LinkedHashMap<>();
    for (int round = 1; round <= lab.rounds(); round++) {
      lab.beginRound(round);
      for (Channel channel : lab.pick(CHANNELS, QUICK_CHANNELS)) {
        try (LoadedServer server = lab.start(ServerSettings.of(1, channel.participants))) {
          double atRest = settled(lab, server);
          String load =
              "%s --ramp 10/s --warm-up %s --duration %s"
                  .formatted(channel.load, lab.warmUp(WARM_UP), lab.duration(DURATION));
          double full = lab.drive(server, channel.title, load).total().serverRssLast();
          idle.add(atRest);
          each.computeIfAbsent(channel, _ -> new ArrayList<>()).add((full - atRest) / channel.participants);
        }
      }
    }
    Table table = Table.ofFigures();
    Rounds idles = Rounds.of(idle);
    table.figure("none", "resident, MB", idles.text(bytes -> "%.0f".formatted(bytes / BYTES_PER_MB)), idles, IDLE);
    List<DotPlot.Row> dots = new ArrayList<>();
    each.forEach(
        (channel, bytes) -> {
          Rounds rounds = Rounds.of(bytes);
          table.figure(
              channel.title,
              "beyond idle, KB a participant",
              rounds.text(value -> "%.0f".formatted(value / BYTES_PER_KB)),
              rounds,
              EACH);
          dots.add(new DotPlot.Row(channel.title, rounds.low(), rounds.median(), rounds.high()));
        });
    return new Finding(
        "Memory",
        List.of(table),
        List.of(
            "Idle: a server just started, once its memory hasn't grown for 5 s. A participant's share has in it what "
                + "a server loads and compiles once it carries a call."),
        Map.of(
            "memory",
            new DotPlot(
                "Resident memory of a participant beyond the idle server's",
                "median and range of the rounds; the line is the target",
                Axis.fromZero("memory a participant", Unit.BYTES),
                EACH.high(),
                dots)));
  }

  /** What is resident once that has come to rest. */
  private static double settled(Lab lab, LoadedServer server) throws InterruptedException {
    Settling settling = new Settling(Duration.ofSeconds(lab.pick(5, 1)).toNanos());
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() - deadline < 0) {
      Optional<Double> atRest = settling.add(System.nanoTime(), server.rssBytes());
      if (atRest.isPresent()) {
        return atRest.get();
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    throw new IllegalStateException("the idle server's memory doesn't come to rest");
  }
}
