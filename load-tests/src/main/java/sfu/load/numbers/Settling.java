package sfu.load.numbers;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Tells when an amount of memory has come to rest: when it hasn't grown for a while. For one thread. */
final class Settling {

  /** As much as a process at rest gains by itself, say for a log line; a share. */
  private static final double CALM = 0.002;

  private final long calmNanos;
  private final Deque<Reading> recent = new ArrayDeque<>();

  private record Reading(long atNanos, double bytes) {}

  /** {@code calmNanos}: how long it may not grow. */
  Settling(long calmNanos) {
    this.calmNanos = calmNanos;
  }

  /** Of readings in the order of time: the newest, if it is at rest. */
  Optional<Double> add(long atNanos, double bytes) {
    recent.add(new Reading(atNanos, bytes));
    // The oldest of these is the newest that is old enough to compare with.
    while (recent.size() > 1 && atNanos - second().atNanos >= calmNanos) {
      recent.removeFirst();
    }
    Reading oldest = recent.getFirst();
    return atNanos - oldest.atNanos >= calmNanos && bytes <= oldest.bytes * (1 + CALM)
        ? Optional.of(bytes)
        : Optional.empty();
  }

  private Reading second() {
    return recent.stream().skip(1).findFirst().orElseThrow();
  }
}
