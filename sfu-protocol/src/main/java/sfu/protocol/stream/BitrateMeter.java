package sfu.protocol.stream;

import java.util.Arrays;

/** The bit rate over a sliding window, kept in buckets of a twentieth of it. Single-threaded. */
public final class BitrateMeter {

  private static final int BUCKETS = 20;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final long NEVER = Long.MIN_VALUE;

  private final long bucketNanos;
  private final long[] bytesPerBucket = new long[BUCKETS];
  private long newestBucket;
  private long bytesInWindow;
  private long firstNanos = NEVER;

  /** A window of one second. */
  public BitrateMeter() {
    this(NANOS_PER_SECOND);
  }

  public BitrateMeter(long windowNanos) {
    if (windowNanos < BUCKETS) {
      throw new IllegalArgumentException("window of " + windowNanos + " ns");
    }
    this.bucketNanos = windowNanos / BUCKETS;
  }

  public void add(int bytes, long nowNanos) {
    if (firstNanos == NEVER) {
      firstNanos = nowNanos;
      newestBucket = Math.floorDiv(nowNanos, bucketNanos);
    }
    advance(nowNanos);
    bytesPerBucket[index(newestBucket)] += bytes;
    bytesInWindow += bytes;
  }

  /** Forgets all: what comes next is as the first. */
  public void reset() {
    firstNanos = NEVER;
    bytesInWindow = 0;
    Arrays.fill(bytesPerBucket, 0);
  }

  /** Bits per second over the window that ends now; over the time since the first byte while that is shorter. */
  public long bitrateBps(long nowNanos) {
    if (firstNanos == NEVER) {
      return 0;
    }
    advance(nowNanos);
    long coveredFrom = Math.max(firstNanos, (newestBucket - BUCKETS + 1) * bucketNanos);
    // A meter that has just begun can't tell a burst from a rate: it measures over a quarter of its window at least.
    long coveredNanos = Math.max(nowNanos - coveredFrom, bucketNanos * BUCKETS / 4);
    return (long) (bytesInWindow * 8.0 * NANOS_PER_SECOND / coveredNanos);
  }

  private void advance(long nowNanos) {
    long bucket = Math.floorDiv(nowNanos, bucketNanos);
    if (bucket - newestBucket >= BUCKETS) {
      Arrays.fill(bytesPerBucket, 0);
      bytesInWindow = 0;
      newestBucket = bucket;
      return;
    }
    while (newestBucket < bucket) {
      newestBucket++;
      int index = index(newestBucket);
      bytesInWindow -= bytesPerBucket[index];
      bytesPerBucket[index] = 0;
    }
  }

  private static int index(long bucket) {
    return (int) Math.floorMod(bucket, BUCKETS);
  }
}
