package sfu.load.run;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** How joins went. */
final class JoinCount {

  private static final int NANOS_PER_MICRO = 1_000;

  private final Histogram micros = new Histogram(3);
  private final List<String> failures = new ArrayList<>();
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

  /** Somebody got none; in words. */
  void failed(String how) {
    failures.add(how);
  }

  int cameCount() {
    return came;
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  /** From connect to first media, in microseconds. */
  Histogram micros() {
    return micros;
  }
}
