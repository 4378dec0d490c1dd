package sfu.load.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What other programs took of this machine meanwhile: delays that they make are nobody's fault who is measured. Of two
 * readings, for one thread.
 */
final class Bystanders {

  /** On a machine where nothing else is meant to run, the system's own services take less. */
  private static final double MAX_SHARE = 0.1;

  private static final double TICKS_PER_SECOND = 100;
  private static final double NANOS_PER_SECOND = 1e9;

  /** In {@code /proc/stat}: user, nice and system; then, behind idle and iowait, irq, softirq and steal. */
  private static final int[] BUSY = {1, 2, 3, 6, 7, 8};

  private final ServerProbe ours = new ServerProbe(ProcessHandle.current().pid());
  private final Venue server;
  private final long sinceNanos = System.nanoTime();
  private final OptionalDouble foreignSeconds;

  /** Looks from now on; {@code server} is what is measured. */
  Bystanders(Venue server) {
    this.server = server;
    this.foreignSeconds = foreignSeconds();
  }

  /** What makes the numbers doubtful, as a sentence's begin; empty if others took little, or that can't be known. */
  Optional<String> disturbance() {
    OptionalDouble now = foreignSeconds();
    double passed = (System.nanoTime() - sinceNanos) / NANOS_PER_SECOND;
    if (now.isEmpty() || foreignSeconds.isEmpty()) {
      return Optional.empty();
    }
    return describe(
        (now.getAsDouble() - foreignSeconds.getAsDouble()) / passed, machineCores());
  }

  static Optional<String> describe(double foreignCores, long machineCores) {
    return foreignCores > MAX_SHARE * machineCores
        ? Optional.of("other programs took %.1f of this machine's %d cores".formatted(foreignCores, machineCores))
        : Optional.empty();
  }

  private OptionalDouble foreignSeconds() {
    Optional<String> total = statLines().filter(line -> line.startsWith("cpu ")).findFirst();
    Optional<ServerProbe.Usage> mine = ours.read();
    if (total.isEmpty() || mine.isEmpty()) {
      return OptionalDouble.empty();
    }
    // A server that this process started is one of its descendants.
    boolean counted = ours.pids().containsAll(server.processes());
    double servers = counted ? 0 : server.usage().map(ServerProbe.Usage::cpuSeconds).orElse(0.0);
    return OptionalDouble.of(busySeconds(total.get()) - mine.get().cpuSeconds() - servers);
  }

  static double busySeconds(String line) {
    String[] fields = line.split(" +");
    long ticks = 0;
    for (int field : BUSY) {
      ticks += Long.parseLong(fields[field]);
    }
    return ticks / TICKS_PER_SECOND;
  }

  private static long machineCores() {
    return Math.max(1, statLines().filter(line -> line.matches("cpu[0-9].*")).count());
  }

  private static Stream<String> statLines() {
    try {
      return Files.readAllLines(Path.of("/proc/stat")).stream();
    } catch (IOException _) {
      return Stream.empty();
    }
  }
}
