package sfu.load.report;

import java.util.List;
import sfu.load.report.text.Markup;
import sfu.load.report.text.Unit;

/** The numbers to remember: tiles for one run, a table for several. */
final class KeyNumbers {
  private KeyNumbers() {}

  static void write(Markup page, List<RunResult> runs) {
    if (runs.isEmpty()) {
      return;
    }
    page.open("section").element("h2", "Key numbers");
    if (runs.size() == 1) {
      tiles(page, runs.getFirst());
    } else {
      table(page, runs);
    }
    page.element(
        "p",
        "Of the part after everybody had joined or was given up; joins, streams and memory are of the whole run. "
            + "Loss is of the packets that should have come by themselves; delay is from a participant's sending to "
            + "another's receiving.",
        "class", "quiet");
    page.close();
  }

  private static void tiles(Markup page, RunResult run) {
    RunNumbers numbers = RunNumbers.of(run);
    RunResult.Total total = run.total();
    page.open("div", "class", "tiles");
    tile(
        page, "Participants", Unit.COUNT.format(total.joined()),
        switch (total.failed()) {
          case 0 -> "nobody failed";
          case 1 -> "1 failed to join or was lost";
          default -> total.failed() + " failed to join or were lost";
        });
    tile(page, "Streams received at once", Unit.COUNT.format(numbers.streams()), "the server's consumers, at most");
    tile(
        page, "Packets to participants", Unit.PER_SECOND.format(numbers.inPps()),
        "%s from them · %s at most"
            .formatted(Unit.PER_SECOND.format(numbers.outPps()), Unit.BITS_PER_SECOND.format(numbers.inBps())));
    tile(
        page, "Loss", Unit.PERCENT.format(numbers.lossPercent()),
        Unit.PERCENT.format(numbers.residualPercent()) + " after retransmission");
    RunResult.Delay delay = total.delay();
    tile(
        page, "Delay, p99", Unit.MILLISECONDS.format(delay.p99()),
        "p50 %s · p99.9 %s · p99.99 %s · most %s"
            .formatted(millis(delay.p50()), millis(delay.p999()), millis(delay.p9999()), millis(delay.max())));
    RunResult.Delay joins = total.joins();
    tile(
        page, "Connect to first media, p99", Unit.MILLISECONDS.format(joins.p99()),
        "p50 %s · most %s".formatted(millis(joins.p50()), millis(joins.max())));
    tile(
        page, "Server's time per packet", Unit.MICROSECONDS.format(total.microsPerPacket()),
        "%s packets a CPU second · %s cores in use"
            .formatted(Unit.COUNT.format(total.packetsPerServerCpuSecond()), Unit.CORES.format(numbers.serverCores())));
    tile(
        page, "Server's memory per participant", Unit.BYTES.format(total.rssPerAttendee()),
        "%s before anybody joined, %s at most, %s at the end"
            .formatted(
                Unit.BYTES.format(total.serverRssFirst()),
                Unit.BYTES.format(total.serverRssPeak()),
                Unit.BYTES.format(total.serverRssLast())));
    tile(
        page, "Cores in use by the load", Unit.CORES.format(numbers.engineCores()),
        "%s packets a CPU second · ran up to %s late"
            .formatted(Unit.COUNT.format(total.packetsPerEngineCpuSecond()), millis(total.stallMillis())));
    tile(
        page, "Video frames received", Unit.COUNT.format(total.frames()),
        total.freezes() == 1 ? "1 freeze" : Unit.COUNT.format(total.freezes()) + " freezes");
    page.close();
  }

  private static void tile(Markup page, String name, String value, String more) {
    page.open("div", "class", "tile")
        .element("h3", name)
        .element("p", value, "class", "value")
        .element("p", value.startsWith(Unit.UNKNOWN) ? "not measured" : more, "class", "quiet")
        .close();
  }

  private static void table(Markup page, List<RunResult> runs) {
    page.open("div", "class", "scroll").open("table", "class", "dense").open("thead").open("tr");
    for (String head :
        List.of(
            "Run", "Joined", "Streams", "Packets", "Loss", "After repair", "Delay p50", "p99", "p99.9",
            "Join p99", "CPU per packet", "Server cores", "Memory", "Memory each", "Load's cores")) {
      page.element("th", head, "scope", "col");
    }
    page.close().close().open("tbody");
    for (RunResult run : runs) {
      row(page, run);
    }
    page.close().close().close();
  }

  private static void row(Markup page, RunResult run) {
    RunNumbers numbers = RunNumbers.of(run);
    RunResult.Total total = run.total();
    page.open("tr", "class", numbers.failed() ? "broken" : null);
    page.element("th", numbers.failed() ? numbers.name() + " ✕" : numbers.name(), "scope", "row");
    List.of(
            total.failed() == 0
                ? Unit.COUNT.format(total.joined())
                : total.joined() + " of " + (total.joined() + total.failed()),
            Unit.COUNT.format(numbers.streams()),
            Unit.PER_SECOND.format(numbers.inPps()),
            Unit.PERCENT.format(numbers.lossPercent()),
            Unit.PERCENT.format(numbers.residualPercent()),
            millis(total.delay().p50()),
            millis(total.delay().p99()),
            millis(total.delay().p999()),
            millis(total.joins().p99()),
            Unit.MICROSECONDS.format(total.microsPerPacket()),
            Unit.CORES.format(numbers.serverCores()),
            Unit.BYTES.format(total.serverRssPeak()),
            Unit.BYTES.format(total.rssPerAttendee()),
            Unit.CORES.format(numbers.engineCores()))
        .forEach(text -> page.element("td", text));
    page.close();
  }

  private static String millis(double millis) {
    return Unit.MILLISECONDS.format(millis);
  }
}
