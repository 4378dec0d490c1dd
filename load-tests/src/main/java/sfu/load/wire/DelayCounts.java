package sfu.load.wire;

import java.util.Arrays;
import org.HdrHistogram.Histogram;

/**
 * Counts delays in steps that grow with them, as HdrHistogram does, with two memory accesses a value: it is done twice
 * for each packet. Values are microseconds. Confined to one thread at a time.
 */
final class DelayCounts {

  /** A minute: what is longer counts as that. */
  private static final int MAX_MICROS = 60_000_000;

  /** Most delays are below 10 ms; the table grows with longer ones. */
  private static final int USUAL_MICROS = 10_000;

  private final int bits;
  private final int half;
  private int[] counts;
  private long total;

  /** {@code bits}: a step is at most the 2^(bits - 1)-th part of its values. */
  DelayCounts(int bits) {
    this.bits = bits;
    this.half = 1 << bits - 1;
    this.counts = new int[index(USUAL_MICROS) + 1];
  }

  void record(long micros) {
    int index = index((int) Math.clamp(micros, 0, MAX_MICROS));
    if (index >= counts.length) {
      counts = Arrays.copyOf(counts, Math.max(index + 1, Math.min(2 * counts.length, index(MAX_MICROS) + 1)));
    }
    counts[index]++;
    total++;
  }

  private int index(int micros) {
    int shift = Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(micros) - bits);
    return shift * half + (micros >>> shift);
  }

  /** The middle of a step. */
  private long micros(int index) {
    int shift = Math.max(0, index / half - 1);
    return ((long) (index - shift * half) << shift) + (1L << shift) / 2;
  }

  long total() {
    return total;
  }

  /** The smallest delay that so many percent don't exceed; -1 if there are none. */
  long atPercentile(double percentile) {
    long rank = Math.max(1, (long) Math.ceil(total * percentile / 100));
    for (int i = 0; i < counts.length; i++) {
      rank -= counts[i];
      if (rank <= 0) {
        return micros(i);
      }
    }
    return -1;
  }

  void addTo(Histogram histogram) {
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        histogram.recordValueWithCount(micros(i), counts[i]);
      }
    }
  }

  void reset() {
    Arrays.fill(counts, 0);
    total = 0;
  }
}
