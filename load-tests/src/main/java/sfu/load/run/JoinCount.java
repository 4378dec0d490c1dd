package sfu.load.run;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import sfu.load.engine.AttendeeReport;

/** How joins went. */
final class JoinCount {

  private static final int NANOS_PER_MICRO = 1_000;

  private final Histogram micros = new Histogram(3);
  private final List<String> failures = new ArrayList<>();
  private boolean anyRefused;
  private int came;

  /** Somebody came who had nobody to wait for, so that its time says nothing of the server. */
  void came() {
    came++;
  }

  /** Somebody got media this long after its connect. */
  void came(long firstMediaNanos) {
    came++;
    micros.recordValue(firstMediaNanos / NANOS_PER_MICRO);
  }

  /** Somebody got none. */
  void failed(AttendeeReport report) {
    failures.add(report.id() + " (" + report.state() + ")");
    anyRefused |= report.refused();
  }

  /** Whether the server sent one of them away. */
  boolean anyRefused() {
    return anyRefused;
  }

  int cameCount() {
    return came;
  }

  /** Of whom nothing came, in words. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  /** From connect to first media, in microseconds. */
  Histogram micros() {
    return micros;
  }
}
