package sfu.load.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * What all participants of one loop sent and got so far, counted where it happens, so that a sample walks over no
 * streams. Confined to the loop, but for what {@link #take} hands out.
 */
final class Totals {

  /** To three digits. */
  private static final int DELAY_BITS = 11;

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
  private DelayCounts delays = new DelayCounts(DELAY_BITS);
  private DelayCounts spare = new DelayCounts(DELAY_BITS);

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
      DelayCounts delays) {}

  void onDelay(long micros) {
    delays.record(micros);
  }

  void onJoined(long nanos) {
    joinMicros.add(nanos / 1_000);
  }

  Taken take() {
    DelayCounts full = delays;
    delays = spare;
    delays.reset();
    spare = full;
    List<Long> joins = joinMicros;
    joinMicros = new ArrayList<>();
    return new Taken(packetsIn, bytesIn, packetsOut, bytesOut, lost, repaired, frames, failed, joins, full);
  }
}
