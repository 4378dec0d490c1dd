package sfu.load.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Processor time and memory of a process and all its descendants, from {@code /proc}: a server may be a launcher with
 * the server as its child, or a process with media workers as its children. For one thread.
 */
final class ServerProbe {

  /** The unit of times in {@code /proc/PID/stat} is a hundredth of a second on every Linux (USER_HZ). */
  private static final double TICKS_PER_SECOND = 100;

  private static final Path PROC = Path.of("/proc");

  private final long root;

  /** The newest of each process that was ever seen: what one used that has ended stays used. */
  private final Map<Identity, Long> ticks = new HashMap<>();

  /** A process id alone may come again. */
  private record Identity(long pid, long startTicks) {}

  /** From {@code /proc/PID/stat}. */
  private record Stat(Identity identity, long parent, long ticks) {}

  /**
   * @param cpuSeconds processor time since the processes started
   * @param rssBytes resident memory, what processes share counted for each
   */
  record Usage(double cpuSeconds, double rssBytes) {}

  ServerProbe(long pid) {
    this.root = pid;
  }

  /** How much is used; empty if the process is gone, or this is no Linux. */
  Optional<Usage> read() {
    List<Stat> family = family();
    if (family.isEmpty()) {
      return Optional.empty();
    }
    long rss = 0;
    for (Stat stat : family) {
      ticks.put(stat.identity, stat.ticks);
      rss += rssBytes(stat.identity.pid);
    }
    long used = ticks.values().stream().mapToLong(Long::longValue).sum();
    return Optional.of(new Usage(used / TICKS_PER_SECOND, rss));
  }

  /** The process and its descendants, as they are now. */
  List<Long> pids() {
    return family().stream().map(stat -> stat.identity.pid).toList();
  }

  private List<Stat> family() {
    Map<Long, List<Stat>> byParent = new HashMap<>();
    Stat first = null;
    for (Stat stat : all()) {
      byParent.computeIfAbsent(stat.parent, _ -> new ArrayList<>()).add(stat);
      first = stat.identity.pid == root ? stat : first;
    }
    if (first == null) {
      return List.of();
    }
    List<Stat> family = new ArrayList<>(List.of(first));
    Set<Long> seen = new HashSet<>(Set.of(root));
    for (int i = 0; i < family.size(); i++) {
      for (Stat child : byParent.getOrDefault(family.get(i).identity.pid, List.of())) {
        if (seen.add(child.identity.pid)) {
          family.add(child);
        }
      }
    }
    return family;
  }

  private static List<Stat> all() {
    try (Stream<Path> entries = Files.list(PROC)) {
      return entries
          .filter(entry -> Character.isDigit(entry.getFileName().toString().charAt(0)))
          .flatMap(entry -> text(entry.resolve("stat")).flatMap(ServerProbe::parse).stream())
          .toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  /** The second field is a name in parentheses that may have both blanks and parentheses in it. */
  private static Optional<Stat> parse(String line) {
    int end = line.lastIndexOf(')');
    if (end < 0) {
      return Optional.empty();
    }
    // From the third field on, see proc(5): 4 is the parent, 14 and 15 the times, 22 the start.
    String[] fields = line.substring(end + 2).split(" ");
    long pid = Long.parseLong(line.substring(0, line.indexOf(' ')));
    return Optional.of(
        new Stat(
            new Identity(pid, Long.parseLong(fields[22 - 3])),
            Long.parseLong(fields[4 - 3]),
            Long.parseLong(fields[14 - 3]) + Long.parseLong(fields[15 - 3])));
  }

  /** What the kernel counts anyway: smaps_rollup would walk the server's page tables, holding its lock. */
  private static long rssBytes(long pid) {
    return text(PROC.resolve(pid + "/status")).stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
        .sum();
  }

  /** Empty if the process has ended meanwhile. */
  private static Optional<String> text(Path file) {
    try {
      return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
