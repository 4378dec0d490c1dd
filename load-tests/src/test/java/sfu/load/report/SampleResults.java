package sfu.load.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import sfu.load.engine.AttendeeReport;
import sfu.load.engine.StreamKey;
import sfu.load.engine.StreamQuality;
import sfu.load.report.RunResult.Delay;
import sfu.load.report.RunResult.Second;
import sfu.load.report.RunResult.Total;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/** Results as commands leave them, made up but plausible, the same each time. */
final class SampleResults {
  private static final int RAMP_SECONDS = 16;
  private static final int PACKETS_PER_STREAM = 95;

  private SampleResults() {}

  /** Four channels of eight for two minutes, with a hiccup and one participant who never connected. */
  static LoadResult meeting() {
    return result(
        "meeting: 4 channels of 8",
        List.of(run("ours", "", 32, 120, 1, List.of("one of 32 participants got no media: 1014"))),
        List.of(),
        List.of());
  }

  /** Two servers by turns, three rounds; the first is cheaper. */
  static LoadResult comparison() {
    List<RunResult> runs = new ArrayList<>();
    for (int round = 1; round <= 3; round++) {
      runs.add(run("ours", "round " + round, 32, 60, 1 + 0.04 * round, List.of()));
      runs.add(run("http://10.0.0.2:8070", "round " + round, 32, 60, 2.7 + 0.1 * round, List.of()));
    }
    return result(
        "meeting: 4 channels of 8, two servers",
        runs,
        List.of("ours takes 0.37 (0.34 to 0.41) of the other's processor time for a packet."),
        List.of(
            new LoadResult.Ratio("server CPU per packet, µs", 1.93, 5.21, 0.37, 0.34, 0.41),
            new LoadResult.Ratio("delay p99, ms", 0.84, 1.92, 0.44, 0.31, 0.66),
            new LoadResult.Ratio("loss, %", 0, 0.004, Double.NaN, Double.NaN, Double.NaN),
            new LoadResult.Ratio("memory, MB", 231, 208, 1.11, 1.08, 1.16),
            new LoadResult.Ratio("join p99, ms", 412, 480, 0.86, 0.71, 1.22)));
  }

  /** From two channels upwards until delay and loss break, then between. */
  static LoadResult findLimit() {
    List<RunResult> runs = new ArrayList<>();
    for (int channels : new int[] {2, 4, 8, 12, 16, 20, 18}) {
      List<String> problems =
          channels > 16 ? List.of("p99 delay of 48 ms is over 20 ms", "loss of 0.62 % is over 0.1 %") : List.of();
      runs.add(run("ours", channels + " channels", channels * 8, 30, channels > 16 ? 40 : channels / 6.0, problems));
    }
    return result(
        "meeting: the most channels of 8",
        runs,
        List.of("The limit is 16 channels (128 participants): at 18 the p99 delay broke."),
        List.of());
  }

  /** Interrupted before anything was measured. */
  static LoadResult nothing() {
    return new LoadResult("meeting", "", "", "", Map.of(), Map.of(), List.of(), List.of(), List.of());
  }

  /** Interrupted after a second of a run at a server that can't be looked into. */
  static LoadResult interrupted() {
    Second only =
        new Second(
            1, 2, 0, 0, 0, 0, 0, 0, 0, Double.NaN, Double.NaN, Delay.NONE, Double.NaN, Double.NaN, Double.NaN,
            Double.NaN);
    Total none =
        new Total(
            0, 0, 0, 0, 0, 0, 0, Delay.NONE, Delay.NONE, 0, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN,
            Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    RunResult run =
        new RunResult("http://10.0.0.2:8070", "", List.of(only), none, Map.of(), List.of(), List.of(), List.of());
    return result("meeting: ended early", List.of(run), List.of("Ended after 1 s, by Ctrl-C."), List.of());
  }

  static LoadResult result(
      String title, List<RunResult> runs, List<String> findings, List<LoadResult.Ratio> comparison) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("--scenario", "meeting");
    settings.put("--channels", "4");
    settings.put("--video", "3x simulcast, VP8 1280x720, 150 + 400 + 900 kbit/s");
    settings.put("--duration", "120 s");
    settings.put("--engine", "wire");
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("load", "1.0.0-SNAPSHOT");
    versions.put("ours", "1.0.0-SNAPSHOT, JDK 25.0.3");
    return new LoadResult(
        title,
        "./sfu load --scenario meeting --channels 4 --duration 120s",
        "2026-11-25T04:30:00Z",
        "AMD EPYC, 2 cores, Linux 6.18, JDK 25.0.3",
        versions,
        settings,
        runs,
        findings,
        comparison);
  }

  /** @param strain how hard the server has it: cost and delays grow with it */
  static RunResult run(String server, String label, int people, int duration, double strain, List<String> problems) {
    Random random = new Random(people * 31L + duration + Math.round(strain * 100));
    List<Second> seconds = new ArrayList<>();
    int lost = 0;
    for (int at = 1; at <= duration; at++) {
      int here = Math.min(people, people * at / RAMP_SECONDS);
      int connected = Math.max(0, Math.min(people - problems.size(), here - 1 - random.nextInt(2)));
      int streams = connected * 14;
      double inPps = streams * PACKETS_PER_STREAM * (0.97 + 0.06 * random.nextDouble());
      boolean hiccup = at == duration * 2 / 3;
      double tail = (hiccup ? 9 : 1) * (0.8 + 0.5 * random.nextDouble()) * strain;
      double loss = hiccup || strain > 10 ? 0.62 * random.nextDouble() : random.nextInt(9) == 0 ? 0.01 : 0;
      lost += (int) (inPps * loss / 100);
      seconds.add(
          new Second(
              at, here, connected, at > 12 ? problems.size() : 0, streams, inPps, connected * 290.0, inPps * 6200,
              connected * 1.5e6, loss, loss / 20,
              new Delay(0.11 * strain, 0.2 * strain, 0.6 * tail, 1.9 * tail, 4.1 * tail, 6 * tail),
              inPps * 2e-6 * Math.min(strain, 4),
              2.1e8 + connected * 1.8e5 + at * 2e4, inPps * 0.7e-6 + 0.02, (hiccup ? 5 : 0.3) + random.nextDouble()));
    }
    double packets = seconds.stream().mapToDouble(Second::inPps).sum();
    double cpu = packets * 2e-6 * Math.min(strain, 4);
    Total total =
        new Total(
            duration - RAMP_SECONDS, (long) packets, people * 290L * duration, lost, lost * 19L / 20,
            (long) packets / 6, 0, new Delay(0.11 * strain, 0.2 * strain, 0.61 * strain, 1.9 * strain, 4.4 * strain,
                13.2 * strain),
            new Delay(210, 380, 640, 700, 712, 712), people - problems.size(), problems.size(), cpu, packets / cpu,
            cpu / packets * 1e6, 2.1e8, 2.21e8, 2.2e8, 1.81e5, cpu * 0.4, packets / cpu * 2.6, 5.4);
    return new RunResult(
        server, label, seconds, total, Map.of("channels", "4", "droppedPackets", "0"),
        people(people, problems.size(), random), problems, List.of());
  }

  private static List<AttendeeReport> people(int count, int failed, Random random) {
    List<AttendeeReport> people = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean well = i >= failed;
      List<StreamQuality> streams = new ArrayList<>();
      for (int other = i / 8 * 8; well && other < Math.min(count, i / 8 * 8 + 8); other++) {
        if (other != i) {
          streams.add(stream(1000 + other, StreamType.AUDIO, random));
          streams.add(stream(1000 + other, StreamType.CAMERA, random));
        }
      }
      people.add(
          new AttendeeReport(
              SessionId.of(1000 + i), well ? "connected" : "waits for DTLS", true, false, well,
              well ? 150_000_000L + Math.abs((long) (random.nextGaussian() * 1.6e8)) : -1, streams));
    }
    return people;
  }

  private static StreamQuality stream(int of, StreamType type, Random random) {
    boolean video = type != StreamType.AUDIO;
    int lost = random.nextInt(12) == 0 ? random.nextInt(40) : 0;
    return new StreamQuality(
        new StreamKey(SessionId.of(of), type), video ? 9_800 : 6_000, video ? 9_400_000 : 540_000, lost,
        Math.max(0, lost - 1), 400_000 + random.nextInt(300_000), 120_000, 700_000 + random.nextInt(900_000),
        video ? 180_000_000 + random.nextInt(90_000_000) : -1, 40_000_000 + random.nextInt(60_000_000), 8_000_000,
        video ? random.nextInt(3) : 0, video ? 3_570 : 0, video && lost > 0 ? 1 : 0, 0, 0, video ? 1280 : 0,
        video ? 720 : 0, -1);
  }
}
