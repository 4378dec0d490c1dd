package sfu.load.numbers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sfu.load.run.Window;

/** The pauses that a collector makes, as its Java logs them. */
final class GcLog {

  /** When it was over and how long, as in "[123ns] GC(3) Pause Young (Allocation Failure) 12M->5M(60M) 2.345ms". */
  private static final Pattern PAUSE =
      Pattern.compile("\\[(\\d+)ns\\] GC\\(\\d+\\) Pause .* (\\d+(?:\\.\\d+)?)ms");

  private GcLog() {}

  /** Pauses of some time, in milliseconds. */
  record Pauses(double count, double longestMillis, double totalMillis) {

    /** Nothing was logged, which no collector is so quiet as to do: it names itself when it starts. */
    static final Pauses UNKNOWN = new Pauses(Double.NaN, Double.NaN, Double.NaN);
  }

  /** What makes a Java write one there, with moments as {@link System#nanoTime} has them. */
  static String javaOption(Path file) {
    return "-Xlog:gc:file=" + file + ":timenanos:filecount=0";
  }

  static Pauses read(Path file, Window window) throws IOException {
    return Files.exists(file) ? pauses(Files.readAllLines(file), window) : Pauses.UNKNOWN;
  }

  static Pauses pauses(List<String> lines, Window window) {
    if (lines.isEmpty()) {
      return Pauses.UNKNOWN;
    }
    List<Double> millis =
        lines.stream()
            .map(PAUSE::matcher)
            .filter(Matcher::matches)
            .filter(pause -> window.contains(Long.parseLong(pause.group(1))))
            .map(pause -> Double.parseDouble(pause.group(2)))
            .toList();
    return new Pauses(
        millis.size(),
        millis.stream().mapToDouble(Double::doubleValue).max().orElse(0),
        millis.stream().mapToDouble(Double::doubleValue).sum());
  }
}
