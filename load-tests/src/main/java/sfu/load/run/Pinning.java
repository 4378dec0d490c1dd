package sfu.load.run;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Gives a server and the load cores of their own, so that neither is measured by what the other takes. */
final class Pinning implements AutoCloseable {

  private static final long TASKSET_SECONDS = 5;

  private final int cores;
  private final int serverCores;

  /** What processes may run on when nobody interferes, by id. */
  private final Map<Long, String> before = new LinkedHashMap<>();

  private String obstacle;

  private Pinning(int cores, int serverCores, String obstacle) {
    this.cores = cores;
    this.serverCores = serverCores;
    this.obstacle = obstacle;
  }

  /**
   * @param wanted whether it was asked for
   * @param serverCores how many the server is to have; the load has the rest, at least one
   * @param serverKnown whether the server's processes are on this machine
   */
  static Pinning plan(boolean wanted, int serverCores, boolean serverKnown) {
    int cores = Runtime.getRuntime().availableProcessors();
    String obstacle =
        !wanted ? "--pin off"
            : !serverKnown ? "the server's process isn't known"
            : cores < 2 ? "there is one core"
            : !Files.isDirectory(Path.of("/proc/self")) ? "this isn't Linux"
            : null;
    return new Pinning(cores, Math.clamp(serverCores, 1, Math.max(1, cores - 1)), obstacle);
  }

  /** Cores that the load can use. */
  int loadCores() {
    return obstacle == null ? cores - serverCores : cores;
  }

  void pinServer(List<Long> pids) throws InterruptedException {
    pin(pids, range(0, serverCores));
  }

  void pinLoad(List<Long> pids) throws InterruptedException {
    pin(pids, range(serverCores, cores));
  }

  private void pin(List<Long> pids, String list) throws InterruptedException {
    for (long pid : pids) {
      if (obstacle != null) {
        return;
      }
      String allowed = allowed(pid);
      if (!allowed.isEmpty()) {
        before.putIfAbsent(pid, allowed);
        obstacle = taskset(pid, list);
      }
    }
  }

  /** What was done, or why nothing was. */
  String describe() {
    return obstacle != null
        ? "no: " + obstacle
        : "server on %s, load on %s".formatted(cores(0, serverCores), cores(serverCores, cores));
  }

  private static String cores(int from, int to) {
    return (to - from == 1 ? "core " : "cores ") + range(from, to);
  }

  private static String range(int from, int to) {
    return to - from == 1 ? Integer.toString(from) : from + "-" + (to - 1);
  }

  /** Lets all run where they ran before: a server that isn't ours goes on without us. */
  @Override
  public void close() throws InterruptedException {
    for (Map.Entry<Long, String> process : before.entrySet()) {
      taskset(process.getKey(), process.getValue());
    }
    before.clear();
  }

  /** As the kernel lists them; empty if the process is gone. */
  private static String allowed(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
          .filter(line -> line.startsWith("Cpus_allowed_list:"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("");
    } catch (IOException _) {
      return "";
    }
  }

  /** All threads of the process; those that they start later follow. Returns why it can't be done, or null. */
  private static String taskset(long pid, String list) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("taskset", "-a", "-c", "-p", list, Long.toString(pid)));
    try {
      Process process =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.DISCARD).start();
      if (!process.waitFor(TASKSET_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "taskset doesn't end";
      }
      // A thread that ends meanwhile makes it fail; then it is the others that count.
      return process.exitValue() == 0 || allowed(pid).equals(list) || allowed(pid).isEmpty()
          ? null
          : "taskset doesn't let process " + pid + " have " + list;
    } catch (IOException _) {
      return "there is no taskset (Debian: util-linux)";
    }
  }
}
