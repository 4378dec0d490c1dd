package sfu.load.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import sfu.load.report.Machine;

/** The table, and the same as JSON. */
final class Report {
  private static final String HEAD_FORMAT = "%-20s %-6s %-9s %-24s %15s %15s %6s %13s %18s %9s";
  private static final String LINE_FORMAT =
      "%-20s %-6s %-9s %-24s %9.0f ±%4.0f %9.0f ±%4.0f %6.2f %13s %18s %9.1f";

  private Report() {}

  static String head() {
    return HEAD_FORMAT.formatted(
        "what", "io", "cipher", "profile", "SFU ns", "bare ns", "ratio", "quartiles", "bytes (max)", "segments");
  }

  static String line(Measurement m) {
    return LINE_FORMAT.formatted(
        m.which().scenario().title(),
        m.which().ioName(),
        m.which().cipherName(),
        m.which().profile(),
        m.sfuNanos().median(),
        m.sfuNanos().deviation(),
        m.bareNanos().median(),
        m.bareNanos().deviation(),
        m.ratio().median(),
        "%.2f..%.2f".formatted(m.ratio().lowQuartile(), m.ratio().highQuartile()),
        "%.2f (%.2f)".formatted(m.sfuBytes().median(), m.sfuBytes().max()),
        m.segments());
  }

  static String legend() {
    return """
        ns: processor time in nanoseconds for each packet that goes out, the kernel's share included: the median of the
        iterations ± half of what lies between their quartiles.
        ratio: SFU to bare loop, iterations that ran one after the other. bytes: heap allocated for each packet that
        goes out. segments: packets that leave in one message, on average. The time ends when the kernel has them.
        """;
  }

  /** What {@link #writeJson} writes. */
  private record Document(String date, String machine, double target, List<Measurement> measurements) {}

  static void writeJson(Path file, List<Measurement> measurements) throws IOException {
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(
            file.toFile(),
            new Document(
                LocalDate.now(ZoneOffset.UTC).toString(), Machine.describe(), Measurement.TARGET, measurements));
  }

  /** Which cases take more than they may, in a sentence. */
  static String verdict(List<Measurement> measurements) {
    List<String> missed =
        measurements.stream()
            .filter(m -> !m.meetsTarget())
            .map(m -> "%s: %.2f".formatted(m.which(), m.ratio().median()))
            .toList();
    String target = String.format(Locale.ROOT, "%.1f", Measurement.TARGET);
    return missed.isEmpty()
        ? "All at most " + target + " times the bare loop, relays apart."
        : "More than " + target + " times the bare loop: " + String.join("; ", missed) + ".";
  }
}
