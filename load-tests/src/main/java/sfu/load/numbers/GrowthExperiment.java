package sfu.load.numbers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sfu.load.report.plot.Axis;
import sfu.load.report.plot.Ink;
import sfu.load.report.plot.LinePlot;
import sfu.load.report.plot.Point;
import sfu.load.report.plot.Series;
import sfu.load.report.text.Unit;
import sfu.load.run.ServerSettings;
import sfu.load.run.UsageException;

/** What a packet costs when about the same number of packets goes to ever more consumers. */
final class GrowthExperiment implements Experiment {

  private static final Target RELATIVE = Target.aroundOne(15);
  private static final Duration DURATION = Duration.ofSeconds(30);
  private static final Duration WARM_UP = Duration.ofSeconds(20);

  /** A frame is 8 packets on average: half of a packet is what the last one leaves empty. */
  private static final int FRAME_BYTES = 7 * 1150 + 1150 / 2;

  /** What a viewer of a whole channel gets is more than a deployed server lets through. */
  private static final Map<String, String> UNLIMITED =
      Map.of("MAX_BITRATE_IN", "1000000000", "MAX_BITRATE_OUT", "1000000000", "MAX_VIDEO_BITRATE", "100000000");

  /** All publish to all others of their channel. */
  private record Size(int channels, int participants, int framesPerSecond) {

    int consumers() {
      return channels * participants * (participants - 1);
    }

    String title() {
      return "%,d consumers".formatted(consumers());
    }

    String load() {
      return "--channels %d --participants %d --voices off --video one --pacing off --fps %d --bitrate %d"
          .formatted(channels, participants, framesPerSecond, FRAME_BYTES * 8 * framesPerSecond);
    }
  }

  /** Twice ten thousand: of a hundred people, and of three hundred, who all report on what they get. */
  private static final List<Size> SIZES =
      List.of(new Size(1, 12, 60), new Size(1, 33, 8), new Size(1, 100, 1), new Size(10, 32, 1));
  private static final List<Size> QUICK_SIZES = List.of(new Size(1, 4, 60), new Size(1, 8, 13));

  @Override
  public String name() {
    return "growth";
  }

  @Override
  public String summary() {
    return "processor time for a packet with 100, 1,000 and 10,000 consumers";
  }

  @Override
  public Finding run(Lab lab) throws UsageException, IOException, InterruptedException {
    Map<Size, List<Trial>> trials = new LinkedHashMap<>();
    lab.eachRound(
        () -> {
          for (Size size : lab.pick(SIZES, QUICK_SIZES)) {
            String load =
                "%s --ramp 20/s --warm-up %s --duration %s"
                    .formatted(size.load(), lab.warmUp(WARM_UP), lab.duration(DURATION));
            ServerSettings settings = new ServerSettings(1, size.participants, UNLIMITED, List.of());
            Trial trial = lab.drive(settings, size.title(), load);
            trials.computeIfAbsent(size, _ -> new ArrayList<>()).add(trial);
          }
        });
    Table table =
        new Table(
            "load", "consumers", "packets/s out", "packets a message", "µs a packet",
            "to the first (" + RELATIVE.title() + ")", "verdict");
    List<Point> points = new ArrayList<>();
    List<Double> first = Trial.micros(trials.values().iterator().next());
    trials.forEach(
        (size, of) -> {
          Rounds relative = Rounds.ratios(Trial.micros(of), first);
          Rounds micros = Rounds.of(Trial.micros(of));
          points.add(new Point(size.consumers(), micros.median()));
          table.row(
              "%d × %d at %d frames/s".formatted(size.channels, size.participants, size.framesPerSecond),
              Rounds.of(of, Trial::consumers).text(0),
              Rounds.of(of, Trial::packetsPerSecond).text(0),
              Rounds.of(of, Trial::packetsPerMessage).text(1),
              micros.text(2),
              relative.text(2),
              RELATIVE.judge(relative.median()).title());
        });
    return new Finding(
        "Growth: the same packets to more consumers",
        List.of(table),
        List.of(
            "Cameras of one layer without voices, frames of 8 packets that leave at once: with a browser's pacer, "
                + "those of few frames a second would come packet by packet, which costs more whatever the "
                + "consumers. The server's limits of bit rates are raised (MAX_BITRATE_OUT above all)."),
        Map.of(
            "growth",
            new LinePlot(
                "Processor time of the server process for a packet",
                Axis.log("consumers", Unit.COUNT),
                Axis.fromZero("time a packet", Unit.MICROSECONDS),
                List.of(new Series("a packet", "", Ink.FIRST, Series.Style.DOTS, points)))));
  }
}
