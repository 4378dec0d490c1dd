package sfu.load.run;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.HdrHistogram.Histogram;
import sfu.load.engine.EngineSample;
import sfu.load.report.RunResult.Delay;
import sfu.load.report.RunResult.Second;
import sfu.load.report.RunResult.Total;

/** Makes the points and the totals of a run of samples. No clock, no threads. */
final class Ledger {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double MICROS_PER_MILLI = 1e3;
  private static final double MICROS_PER_SECOND = 1e6;
  private static final int BITS = 8;

  private final Reading first;
  private final double idleRssBytes;
  private final List<Second> seconds = new ArrayList<>();
  private Reading last;

  // Of the part that counts, which begins with a reading and without what that one brought.
  private Reading begin;
  private Reading end;
  private Histogram delayMicros = new Histogram(3);
  private final Set<String> limits = new LinkedHashSet<>();
  private final Set<String> limitsOfTheRamp = new LinkedHashSet<>();
  private long stallNanos;
  private double peakRssBytes = Double.NaN;

  /** A sample of both ends; usage is empty if the server's processes aren't known. */
  record Reading(EngineSample engine, Optional<ServerProbe.Usage> server) {

    double cpuSeconds() {
      return server.map(ServerProbe.Usage::cpuSeconds).orElse(Double.NaN);
    }

    double rssBytes() {
      return server.map(ServerProbe.Usage::rssBytes).orElse(Double.NaN);
    }
  }

  /**
   * @param first where the counting begins
   * @param idleRssBytes the server's memory before anybody joined
   */
  Ledger(Reading first, double idleRssBytes) {
    this.first = first;
    this.last = first;
    this.begin = first;
    this.idleRssBytes = idleRssBytes;
  }

  /** What came since the reading before. */
  Second add(Reading now) {
    EngineSample engine = now.engine;
    EngineSample before = last.engine;
    double passed = Math.max(1, engine.atNanos() - before.atNanos()) / NANOS_PER_SECOND;
    long came = engine.packetsIn() - before.packetsIn();
    long lost = engine.lost() - before.lost();
    long repaired = engine.repaired() - before.repaired();
    Second second =
        new Second(
            secondsAt(now),
            engine.attendees(),
            engine.connected(),
            engine.failed(),
            engine.streams(),
            came / passed,
            (engine.packetsOut() - before.packetsOut()) / passed,
            (engine.bytesIn() - before.bytesIn()) * BITS / passed,
            (engine.bytesOut() - before.bytesOut()) * BITS / passed,
            lossPercent(came, lost, repaired),
            residualPercent(came, lost, repaired),
            millis(engine.delayMicros()),
            (now.cpuSeconds() - last.cpuSeconds()) / passed,
            now.rssBytes(),
            (engine.cpuNanos() - before.cpuNanos()) / NANOS_PER_SECOND / passed,
            engine.stallNanos() / NANOS_PER_MILLI);
    seconds.add(second);
    if (end == null) {
      delayMicros.add(engine.delayMicros());
      limits.addAll(engine.limits());
      stallNanos = Math.max(stallNanos, engine.stallNanos());
      peakRssBytes = Double.isNaN(peakRssBytes) ? now.rssBytes() : Math.max(peakRssBytes, now.rssBytes());
    }
    last = now;
    return second;
  }

  /** The part that counts begins now, with the newest reading. */
  void begin() {
    begin = last;
    delayMicros = new Histogram(3);
    limitsOfTheRamp.addAll(limits);
    limits.clear();
    stallNanos = 0;
    peakRssBytes = last.rssBytes();
  }

  /** The part that counts ends with the newest reading. */
  void end() {
    end = last;
  }

  List<Second> seconds() {
    return List.copyOf(seconds);
  }

  /** Those of the part that counts. */
  List<Second> counted() {
    double from = secondsAt(begin);
    double to = secondsAt(end == null ? last : end);
    return seconds.stream().filter(second -> second.at() > from && second.at() <= to).toList();
  }

  /** When the part that counts was. */
  Window window() {
    return new Window(begin.engine.atNanos(), (end == null ? last : end).engine.atNanos());
  }

  /** What the load's machine lacked in the part that counts, in words. */
  List<String> limits() {
    return List.copyOf(limits);
  }

  /** What it lacked before, while people joined. */
  List<String> limitsOfTheRamp() {
    return List.copyOf(limitsOfTheRamp);
  }

  /** What went wrong in the load since the first reading, in words. */
  List<String> defects() {
    List<String> defects = new ArrayList<>(last.engine.defects());
    first.engine.defects().forEach(defects::remove);
    return defects;
  }

  private double secondsAt(Reading reading) {
    return (reading.engine.atNanos() - first.engine.atNanos()) / NANOS_PER_SECOND;
  }

  /** Where the next ledger goes on. */
  Reading last() {
    return last;
  }

  /** What the part that counts came to; {@code joins} are those of the whole run. */
  Total total(JoinCount joins) {
    Reading until = end == null ? last : end;
    EngineSample from = begin.engine;
    EngineSample to = until.engine;
    long in = to.packetsIn() - from.packetsIn();
    long out = to.packetsOut() - from.packetsOut();
    double serverCpu = until.cpuSeconds() - begin.cpuSeconds();
    double engineCpu = (to.cpuNanos() - from.cpuNanos()) / NANOS_PER_SECOND;
    return new Total(
        (to.atNanos() - from.atNanos()) / NANOS_PER_SECOND,
        in,
        out,
        to.lost() - from.lost(),
        to.repaired() - from.repaired(),
        to.frames() - from.frames(),
        to.freezes() - from.freezes(),
        millis(delayMicros),
        millis(joins.micros()),
        joins.cameCount(),
        joins.failures().size(),
        serverCpu,
        ratio(in, serverCpu),
        ratio(serverCpu * MICROS_PER_SECOND, in),
        idleRssBytes,
        peakRssBytes,
        until.rssBytes(),
        ratio(until.rssBytes() - idleRssBytes, to.attendees()),
        engineCpu,
        ratio(in + out, engineCpu),
        stallNanos / NANOS_PER_MILLI);
  }

  /** {@code came} includes what was repaired. */
  static double lossPercent(long came, long lost, long repaired) {
    return 100 * ratioOrZero(lost, came - repaired + lost);
  }

  static double residualPercent(long came, long lost, long repaired) {
    return 100 * ratioOrZero(lost - repaired, came - repaired + lost);
  }

  private static double ratioOrZero(double part, double whole) {
    return part <= 0 || whole <= 0 ? 0 : part / whole;
  }

  private static double ratio(double part, double whole) {
    return whole > 0 ? part / whole : Double.NaN;
  }

  static Delay millis(Histogram micros) {
    return micros.getTotalCount() == 0
        ? Delay.NONE
        : new Delay(
            micros.getValueAtPercentile(50) / MICROS_PER_MILLI,
            micros.getValueAtPercentile(90) / MICROS_PER_MILLI,
            micros.getValueAtPercentile(99) / MICROS_PER_MILLI,
            micros.getValueAtPercentile(99.9) / MICROS_PER_MILLI,
            micros.getValueAtPercentile(99.99) / MICROS_PER_MILLI,
            micros.getMaxValue() / MICROS_PER_MILLI);
  }
}
