package sfu.load.report;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import sfu.load.engine.AttendeeReport;
import sfu.load.engine.StreamQuality;
import sfu.load.report.text.Markup;
import sfu.load.report.text.Unit;

/** Who got what: those with the worst of it, each with its streams folded below. */
final class AttendeeTable {

  /** Of one participant's streams; a page with all of a large channel would be slow. */
  private static final int MOST_STREAMS = 20;

  /** A head, what stands below it, and by what it is sorted. */
  private record Column(String head, Unit unit, ToDoubleFunction<AttendeeReport> value) {}

  private static final List<Column> COLUMNS =
      List.of(
          new Column("First media", Unit.MILLISECONDS, attendee -> millis(attendee.firstMediaNanos())),
          new Column("Streams", Unit.COUNT, attendee -> attendee.streams().size()),
          new Column("Packets", Unit.COUNT, attendee -> sum(attendee, StreamQuality::packets)),
          new Column("Loss", Unit.PERCENT, attendee -> loss(attendee, false)),
          new Column("After repair", Unit.PERCENT, attendee -> loss(attendee, true)),
          new Column("Delay p99", Unit.MILLISECONDS, attendee -> worst(attendee, s -> millis(s.delayP99Nanos()))),
          new Column("Jitter", Unit.MILLISECONDS, attendee -> worst(attendee, s -> millis(s.jitterNanos()))),
          new Column("Key frame after", Unit.MILLISECONDS, attendee -> worst(attendee, s -> millis(s.keyFrameNanos()))),
          new Column("Longest gap", Unit.MILLISECONDS, attendee -> worst(attendee, s -> millis(s.longestGapNanos()))),
          new Column("Broken frames", Unit.COUNT, attendee -> sum(attendee, StreamQuality::brokenFrames)),
          new Column("Freezes", Unit.COUNT, attendee -> sum(attendee, StreamQuality::freezes)));

  /** Who isn't where it means to be, then who saw nothing, then by loss, delay and gaps. */
  private static final Comparator<AttendeeReport> WORST_FIRST =
      Comparator.comparing((AttendeeReport attendee) -> !attendee.inCall() || attendee.connected())
          .thenComparing(attendee -> !lacksMedia(attendee))
          .thenComparing(descending(attendee -> loss(attendee, true)))
          .thenComparing(descending(attendee -> loss(attendee, false)))
          .thenComparing(descending(attendee -> worst(attendee, StreamQuality::delayP99Nanos)))
          .thenComparing(descending(attendee -> worst(attendee, StreamQuality::longestGapNanos)));

  private AttendeeTable() {}

  static void write(Markup page, List<AttendeeReport> attendees, int most) {
    if (attendees.isEmpty()) {
      page.element("p", "Nobody was there.", "class", "quiet");
      return;
    }
    page.element("p", caption(attendees.size(), most), "class", "quiet");
    page.open("div", "class", "scroll tall").open("table", "class", "sortable").open("thead").open("tr");
    head(page, "Participant", null);
    head(page, "State", "words");
    COLUMNS.forEach(column -> head(page, column.head(), null));
    page.close().close();
    attendees.stream().sorted(WORST_FIRST).limit(most).forEach(attendee -> row(page, attendee));
    page.close().close();
  }

  private static String caption(int all, int most) {
    String which = all > most ? "The worst " + most + " of " + all + "; all are in " + ReportFolder.DATA + ". " : "";
    return which + "Delay, jitter, key frame and gap are those of a participant's worst stream. "
        + "Heads sort; the number of streams unfolds them.";
  }

  private static void head(Markup page, String text, String cssClass) {
    page.open("th", "scope", "col", "class", cssClass).element("button", text, "type", "button").close();
  }

  private static void row(Markup page, AttendeeReport attendee) {
    page.open("tbody").open("tr", "class", isWrong(attendee) ? "broken" : null);
    page.element("th", attendee.id().text(), "scope", "row", "class", "id", "title", attendee.id().text());
    page.element("td", attendee.state(), "class", "words");
    for (Column column : COLUMNS) {
      double value = column.value().applyAsDouble(attendee);
      String text = column.unit().format(value);
      page.open("td", "data-value", Double.isFinite(value) ? Double.toString(value) : null);
      if (column.head().equals("Streams") && !attendee.streams().isEmpty()) {
        page.open("details").element("summary", text).close();
      } else {
        page.text(text);
      }
      page.close();
    }
    page.close();
    if (!attendee.streams().isEmpty()) {
      streams(page, attendee);
    }
    page.close();
  }

  private static boolean isWrong(AttendeeReport attendee) {
    return attendee.inCall() && (!attendee.connected() || lacksMedia(attendee));
  }

  /** Who is told of nobody else, alone in a channel or its only sender, can't have any. */
  private static boolean lacksMedia(AttendeeReport attendee) {
    return attendee.firstMediaNanos() < 0 && !attendee.streams().isEmpty();
  }

  private static void streams(Markup page, AttendeeReport attendee) {
    page.open("tr", "class", "unfolded").open("td", "colspan", Integer.toString(COLUMNS.size() + 2));
    page.open("table", "class", "dense").open("thead").open("tr");
    for (String head :
        List.of(
            "Stream", "Packets", "Loss", "After repair", "Jitter", "Delay p50", "p99", "Key frame", "Longest gap",
            "Silent", "Layer", "Size", "Frames", "Broken", "Freezes", "Frozen", "Concealed")) {
      page.element("th", head, "scope", "col");
    }
    page.close().close().open("tbody");
    attendee.streams().stream()
        .sorted(Comparator.comparingDouble((StreamQuality stream) -> -RunNumbers.lossPercent(stream)))
        .limit(MOST_STREAMS)
        .forEach(stream -> stream(page, stream));
    page.close().close();
    if (attendee.streams().size() > MOST_STREAMS) {
      page.element("p", "The worst " + MOST_STREAMS + " of " + attendee.streams().size() + ".", "class", "quiet");
    }
    page.close().close();
  }

  private static void stream(Markup page, StreamQuality stream) {
    page.open("tr").element("th", stream.stream().toString(), "scope", "row", "class", "id");
    List.of(
            count(stream.packets()),
            Unit.PERCENT.format(RunNumbers.lossPercent(stream)),
            Unit.PERCENT.format(RunNumbers.residualPercent(stream)),
            time(stream.jitterNanos()),
            time(stream.delayP50Nanos()),
            time(stream.delayP99Nanos()),
            time(stream.keyFrameNanos()),
            time(stream.longestGapNanos()),
            time(stream.silenceNanos()),
            count(stream.layer()),
            stream.width() > 0 ? stream.width() + "×" + stream.height() : Unit.UNKNOWN,
            count(stream.frames()),
            count(stream.brokenFrames()),
            count(stream.freezes()),
            time(stream.frozenNanos()),
            stream.concealedShare() >= 0 ? Unit.PERCENT.format(100 * stream.concealedShare()) : Unit.UNKNOWN)
        .forEach(text -> page.element("td", text));
    page.close();
  }

  private static String count(long value) {
    return value < 0 ? Unit.UNKNOWN : Unit.COUNT.format(value);
  }

  private static String time(long nanos) {
    return Unit.MILLISECONDS.format(millis(nanos));
  }

  /** NaN for what the engine can't know. */
  private static double millis(long nanos) {
    return nanos < 0 ? Double.NaN : nanos / 1e6;
  }

  private static double sum(AttendeeReport attendee, ToDoubleFunction<StreamQuality> of) {
    return known(attendee, of).sum();
  }

  private static double worst(AttendeeReport attendee, ToDoubleFunction<StreamQuality> of) {
    return known(attendee, of).max().orElse(Double.NaN);
  }

  private static DoubleStream known(AttendeeReport attendee, ToDoubleFunction<StreamQuality> of) {
    return attendee.streams().stream().mapToDouble(of).filter(value -> value >= 0);
  }

  private static double loss(AttendeeReport attendee, boolean afterRepair) {
    long packets = attendee.streams().stream().mapToLong(StreamQuality::packets).sum();
    long lost = attendee.streams().stream().mapToLong(StreamQuality::lost).sum();
    long repaired = attendee.streams().stream().mapToLong(StreamQuality::repaired).sum();
    return afterRepair
        ? RunNumbers.residualPercent(packets, lost, repaired)
        : RunNumbers.lossPercent(packets, lost, repaired);
  }

  /** What isn't known is last. */
  private static Comparator<AttendeeReport> descending(ToDoubleFunction<AttendeeReport> of) {
    return Comparator.comparingDouble(
        attendee -> {
          double value = of.applyAsDouble(attendee);
          return Double.isNaN(value) ? 0 : -value;
        });
  }
}
