package sfu.load.nativepeer;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Measures what native peers take, in the times in which nobody comes or goes. Not thread-safe. */
final class CapacityMeter {

  private static final long SHORTEST_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final int cores;
  private final LongSupplier availableBytes;
  private long sinceNanos;
  private long cpuNanosThen;
  private int peers;
  private Capacity capacity;
  private String overload;

  /** {@code availableBytes} says what memory is left on the machine. */
  CapacityMeter(int cores, LongSupplier availableBytes) {
    this.cores = cores;
    this.availableBytes = availableBytes;
  }

  /**
   * Takes a measurement.
   *
   * @param cpuNanos of all peers so far
   * @param inCall who means to be in a call, {@code connected} whose media is set up
   * @param residentBytes of all peers
   */
  void measured(long nowNanos, long cpuNanos, int inCall, int connected, long residentBytes) {
    boolean steady = inCall > 0 && inCall == connected;
    if (!steady || inCall != peers) {
      peers = steady ? inCall : 0;
      sinceNanos = nowNanos;
      cpuNanosThen = cpuNanos;
      overload = null;
      return;
    }
    if (nowNanos - sinceNanos >= SHORTEST_NANOS && cpuNanos > cpuNanosThen && residentBytes > 0) {
      double coresInUse = (double) (cpuNanos - cpuNanosThen) / (nowNanos - sinceNanos);
      capacity = Capacity.of(cores, peers, coresInUse, residentBytes, availableBytes.getAsLong());
      sinceNanos = nowNanos;
      cpuNanosThen = cpuNanos;
      overload =
          peers > capacity.peers() ? "the machine is full: " + peers + " native peers run, and " + capacity : null;
    }
  }

  Optional<Capacity> capacity() {
    return Optional.ofNullable(capacity);
  }

  /** In words, if there are more peers than the machine carries: by the newest measurement of as many. */
  Optional<String> overload() {
    return Optional.ofNullable(overload);
  }
}
