package sfu.load.wire;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.IntCountsHistogram;

/**
 * What all participants of one loop sent and got so far, counted where it happens, so that a sample walks over no
 * streams. Confined to the loop, but for what {@link #take} hands out.
 */
final class Totals {

  /** Delays are microseconds, up to a minute, to three digits; of fixed size, so that recording allocates nothing. */
  private static final long MAX_DELAY_MICROS = 60_000_000;

  static final int DELAY_DIGITS = 3;

  /** SRTCP packets, and going out connectivity checks and DTLS too. */
  long controlIn;

  long controlOut;
  long packetsIn;
  long bytesIn;
  long packetsOut;
  long bytesOut;
  long lost;
  long repaired;
  long frames;
  int failed;
  private List<Long> joinMicros = new ArrayList<>();
  private IntCountsHistogram delays = new IntCountsHistogram(MAX_DELAY_MICROS, DELAY_DIGITS);
  private IntCountsHistogram spare = new IntCountsHistogram(MAX_DELAY_MICROS, DELAY_DIGITS);

  /**
   * The totals at a moment, and what came since the one before.
   *
   * @param delays valid until the next is taken
   */
  record Taken(
      long packetsIn,
      long bytesIn,
      long packetsOut,
      long bytesOut,
      long lost,
      long repaired,
      long frames,
      int failed,
      List<Long> joinMicros,
      AbstractHistogram delays) {}

  void onDelay(long micros) {
    delays.recordValue(Math.min(micros, MAX_DELAY_MICROS));
  }

  void onJoined(long nanos) {
    joinMicros.add(nanos / 1_000);
  }

  Taken take() {
    IntCountsHistogram full = delays;
    delays = spare;
    delays.reset();
    spare = full;
    List<Long> joins = joinMicros;
    joinMicros = new ArrayList<>();
    return new Taken(packetsIn, bytesIn, packetsOut, bytesOut, lost, repaired, frames, failed, joins, full);
  }
}
