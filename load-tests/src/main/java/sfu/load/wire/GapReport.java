package sfu.load.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import sfu.load.engine.StreamKey;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/**
 * The longest silences that everybody heard of everybody since a mark. Times are nanoseconds.
 *
 * @param scenario what happened, in a few words
 * @param stallNanos how late this process itself ran meanwhile, at most: what its own gaps may be off by
 */
public record GapReport(String scenario, long stallNanos, List<Gap> gaps) {

  /**
   * The longest one that one receiver heard of one stream.
   *
   * @param startNanos from the mark to its begin
   * @param open whether it lasted when the report was made
   */
  public record Gap(SessionId receiver, StreamKey stream, long nanos, long startNanos, boolean open) {

    @Override
    public String toString() {
      return "%s of %s: %d ms from %d ms on%s"
          .formatted(receiver, stream, millis(nanos), millis(startNanos), open ? ", lasts" : "");
    }
  }

  /** Of some gaps: how many, and their lengths. */
  public record Spread(int count, long minNanos, long medianNanos, long maxNanos) {

    static Spread of(List<Gap> gaps) {
      long[] sorted = gaps.stream().mapToLong(Gap::nanos).sorted().toArray();
      return sorted.length == 0
          ? new Spread(0, 0, 0, 0)
          : new Spread(sorted.length, sorted[0], sorted[sorted.length / 2], sorted[sorted.length - 1]);
    }
  }

  private static final String TITLE = "longest gaps, ms";
  private static final String STALLS = "%-56s stalls of this process: %d ms at most%n";
  private static final String HEADER = "%-56s %-7s %6s %8s %8s %8s%n";
  private static final String ROW = "%-56s %-7s %6d %8d %8d %8d%n";

  public GapReport {
    gaps = List.copyOf(gaps);
  }

  /** Of all streams of a type. */
  public Spread spread(StreamType type) {
    return Spread.of(gaps.stream().filter(gap -> gap.stream().type() == type).toList());
  }

  /** Of all. */
  public Spread spread() {
    return Spread.of(gaps);
  }

  /** The longest ones, longest first. */
  public List<Gap> worst(int count) {
    List<Gap> sorted = new ArrayList<>(gaps);
    sorted.sort((a, b) -> Long.compare(b.nanos(), a.nanos()));
    return sorted.subList(0, Math.min(count, sorted.size()));
  }

  /** The longest silence that each heard, in milliseconds, on a line. */
  public String people() {
    Map<String, Long> longest = new LinkedHashMap<>();
    gaps.forEach(gap -> longest.merge(gap.receiver().text(), gap.nanos(), Math::max));
    return longest.entrySet().stream()
        .map(entry -> entry.getKey() + ": " + millis(entry.getValue()))
        .collect(Collectors.joining(", ", scenario + ", longest silence that each heard, ms: ", "\n"));
  }

  /** A line a type, in milliseconds, under a header. */
  public String table() {
    return table(List.of(this));
  }

  /** The lines of several scenarios under one header. */
  public static String table(List<GapReport> reports) {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, HEADER, TITLE, "stream", "pairs", "min", "median", "max"));
    for (GapReport report : reports) {
      TreeMap<StreamType, List<Gap>> byType =
          report.gaps.stream()
              .collect(Collectors.groupingBy(gap -> gap.stream().type(), TreeMap::new, Collectors.toList()));
      byType.forEach((type, gaps) -> {
        Spread spread = Spread.of(gaps);
        text.append(
            String.format(
                Locale.ROOT,
                ROW,
                report.scenario,
                type.name().toLowerCase(Locale.ROOT),
                spread.count(),
                millis(spread.minNanos()),
                millis(spread.medianNanos()),
                millis(spread.maxNanos())));
      });
      text.append(String.format(Locale.ROOT, STALLS, "", millis(report.stallNanos)));
    }
    return text.toString();
  }

  private static long millis(long nanos) {
    return Math.round(nanos / 1e6);
  }
}
