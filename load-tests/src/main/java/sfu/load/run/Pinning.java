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
import java.util.stream.Collectors;

/**
 * Gives a server and the load cores of their own, so that neither is measured by what the other takes. For one thread,
 * but any may close it.
 */
final class Pinning implements AutoCloseable {

  private static final long TASKSET_SECONDS = 5;

  private final List<Integer> serverCores;
  private final List<Integer> loadCores;

  /** What processes may run on when nobody interferes, by id. */
  private final Map<Long, String> before = new LinkedHashMap<>();

  private String obstacle;

  private Pinning(List<Integer> serverCores, List<Integer> loadCores, String obstacle) {
    this.serverCores = serverCores;
    this.loadCores = loadCores;
    this.obstacle = obstacle;
  }

  /**
   * @param wanted whether it was asked for
   * @param serverCores how many the server is to have; the load has the rest, at least one
   * @param serverKnown whether the server's processes are on this machine
   */
  static Pinning plan(boolean wanted, int serverCores, boolean serverKnown) {
    List<Integer> cores = parse(allowed(ProcessHandle.current().pid()));
    String obstacle =
        !wanted ? "--pin off"
            : !serverKnown ? "the server's process isn't known"
            : cores.isEmpty() ? "this isn't Linux"
            : cores.size() < 2 ? "there is one core"
            : null;
    if (obstacle != null) {
      return new Pinning(List.of(), List.of(), obstacle);
    }
    int split = Math.clamp(serverCores, 1, cores.size() - 1);
    return new Pinning(cores.subList(0, split), cores.subList(split, cores.size()), null);
  }

  /** Cores that the server can use; as many as it {@code wants} if nobody keeps it to some. */
  int serverCores(int wants) {
    return obstacle == null ? serverCores.size() : wants;
  }

  /** Cores that the load can use. */
  int loadCores() {
    return obstacle == null ? loadCores.size() : Runtime.getRuntime().availableProcessors();
  }

  void pinServer(List<Long> pids) throws InterruptedException {
    pin(pids, serverCores);
  }

  void pinLoad(List<Long> pids) throws InterruptedException {
    pin(pids, loadCores);
  }

  private synchronized void pin(List<Long> pids, List<Integer> cores) throws InterruptedException {
    for (long pid : pids) {
      if (obstacle != null) {
        return;
      }
      String allowed = allowed(pid);
      if (!allowed.isEmpty()) {
        before.putIfAbsent(pid, allowed);
        obstacle = taskset(pid, join(cores));
      }
    }
  }

  /** What was done, or why nothing was. */
  String describe() {
    return obstacle != null
        ? "no: " + obstacle
        : "server on %s, load on %s".formatted(title(serverCores), title(loadCores));
  }

  private static String title(List<Integer> cores) {
    return (cores.size() == 1 ? "core " : "cores ") + join(cores);
  }

  private static String join(List<Integer> cores) {
    return cores.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** As the kernel lists them: "0-3,8". */
  static List<Integer> parse(String list) {
    List<Integer> cores = new ArrayList<>();
    for (String part : list.isEmpty() ? new String[0] : list.split(",")) {
      String[] ends = part.split("-");
      for (int core = Integer.parseInt(ends[0]); core <= Integer.parseInt(ends[ends.length - 1]); core++) {
        cores.add(core);
      }
    }
    return cores;
  }

  /** Lets all run where they ran before: a server that isn't ours goes on without us. */
  @Override
  public synchronized void close() throws InterruptedException {
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
      return process.exitValue() == 0 || parse(allowed(pid)).equals(parse(list)) || allowed(pid).isEmpty()
          ? null
          : "taskset doesn't let process " + pid + " have " + list;
    } catch (IOException _) {
      return "there is no taskset (Debian: util-linux)";
    }
  }
}
