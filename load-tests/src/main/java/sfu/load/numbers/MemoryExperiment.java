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

  /** The collector looks every 30 s for what it can give back of what it took while people joined. */
  private static final Duration WARM_UP = Duration.ofSeconds(45);

  private static final Duration DURATION = Duration.ofSeconds(40);
  private static final int CALM_SECONDS = 35;
  private static final long PATIENCE_NANOS = Duration.ofSeconds(180).toNanos();
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

  /** What a server has carried before. */
  private enum Past {
    JUST_STARTED("just started"),
    WARM("warm");

    private final String title;

    Past(String title) {
      this.title = title;
    }
  }

  /** The first call of a server that is to be warm. */
  private static final Channel FIRST_CALL = new Channel("first call", 20, "--participants 20 --publishers 4");

  private static final Channel QUICK_FIRST_CALL = new Channel("first call", 3, "--participants 3");

  private record Row(Channel channel, Past past) {

    String title() {
      return channel.title + ", " + past.title;
    }
  }

  /**
   * What a participant takes, in bytes; NaN if that isn't known.
   *
   * @param resident beyond what was resident before anybody came
   * @param heap in use after a collection, beyond what is in use when they have left
   */
  private record Share(double resident, double heap) {

    static final Share UNKNOWN = new Share(Double.NaN, Double.NaN);
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String summary() {
    return "resident memory of an idle server, and of each participant of a channel of 50, the first and a later one";
  }

  @Override
  public Finding run(Lab lab) throws UsageException, IOException, InterruptedException {
    List<Double> idle = new ArrayList<>();
    Map<Row, List<Share>> shares = new LinkedHashMap<>();
    lab.eachRound(
        () -> {
          for (Channel channel : lab.pick(CHANNELS, QUICK_CHANNELS)) {
            for (Past past : Past.values()) {
              try (LoadedServer server = lab.start(ServerSettings.of(1, channel.participants))) {
                double before = settled(lab, server);
                idle.add(before);
                if (past == Past.WARM) {
                  drive(lab, server, lab.pick(FIRST_CALL, QUICK_FIRST_CALL), past, () -> {});
                  before = settled(lab, server);
                }
                Share share = share(lab, server, channel, past, before);
                shares.computeIfAbsent(new Row(channel, past), _ -> new ArrayList<>()).add(share);
              }
            }
          }
        });
    Table table = Table.ofFigures();
    Rounds idles = Rounds.of(idle);
    table.figure("none", "resident, MB", idles.text(bytes -> "%.0f".formatted(bytes / BYTES_PER_MB)), idles, IDLE);
    List<DotPlot.Row> dots = new ArrayList<>();
    shares.forEach(
        (row, of) -> {
          Rounds resident = Rounds.of(of, Share::resident);
          table.figure(row.title(), "beyond idle, KB a participant", kilobytes(resident), resident, EACH);
          table.figure(row.title(), "of that heap in use, KB a participant", kilobytes(Rounds.of(of, Share::heap)));
          dots.add(new DotPlot.Row(row.title(), resident.low(), resident.median(), resident.high()));
        });
    return new Finding(
        "Memory",
        List.of(table),
        List.of(
            "Idle: a server just started, once its memory hasn't grown for 35 s. What a participant takes beyond that "
                + "has in it what a server loads and compiles once it carries a call. One that is warm carried a call "
                + "of 20 before, all of whom left; idle is then what was resident when it had come to rest again.",
            "Heap in use: after a collection while all are there, beyond that after a collection when they have left. "
                + "The rest is memory outside of the heap, and heap that the collector holds for later.",
            "A round in which somebody is missing at the end has no figure for a participant."),
        Map.of(
            "memory",
            new DotPlot(
                "Resident memory of a participant beyond the idle server's",
                "median and range of the rounds; the line is the target",
                Axis.fromZero("memory a participant", Unit.BYTES),
                EACH.high(),
                dots)));
  }

  private static Share share(Lab lab, LoadedServer server, Channel channel, Past past, double before)
      throws UsageException, IOException, InterruptedException {
    double[] heap = {Double.NaN};
    Trial trial = drive(lab, server, channel, past, () -> heap[0] = server.liveHeapBytes());
    double heapOfNobody = server.liveHeapBytes();
    return trial.isWhole(channel.participants)
        ? new Share(
            (trial.total().serverRssLast() - before) / channel.participants,
            (heap[0] - heapOfNobody) / channel.participants)
        : Share.UNKNOWN;
  }

  private static Trial drive(Lab lab, LoadedServer server, Channel channel, Past past, LoadedServer.Glance atTheEnd)
      throws UsageException, IOException, InterruptedException {
    String load =
        "%s --ramp 10/s --warm-up %s --duration %s"
            .formatted(channel.load, lab.warmUp(WARM_UP), lab.duration(DURATION));
    return lab.drive(server, channel.title + ", " + past.title, load, atTheEnd);
  }

  private static String kilobytes(Rounds bytes) {
    return bytes.text(value -> "%.0f".formatted(value / BYTES_PER_KB));
  }

  /** What is resident once that has come to rest. */
  private static double settled(Lab lab, LoadedServer server) throws InterruptedException {
    Settling settling = new Settling(Duration.ofSeconds(lab.pick(CALM_SECONDS, 1)).toNanos());
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() - deadline < 0) {
      lab.checkGoesOn();
      Optional<Double> atRest = settling.add(System.nanoTime(), server.rssBytes());
      if (atRest.isPresent()) {
        return atRest.get();
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    throw new IllegalStateException("the server's memory doesn't come to rest");
  }
}
