package sfu.node.local;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import sfu.node.config.Config;
import sfu.node.config.ConfigException;
import sfu.node.ops.Logging;
import sfu.node.ops.Signals;

/**
 * {@code ./sfu cluster}: {@code FOLDER [N] [--restart]} starts N nodes as processes on this machine, in demo mode with
 * the page from that folder, and a balancer in front of them.
 *
 * <p>Exit codes: 0 after a stop, 1 when all nodes have ended, 2 when it can't start, with a line that says why.
 */
public final class LocalCluster {

  /** What happens to a cluster, in the order in which it is told of. */
  private sealed interface Event {
    record Ready(LocalNode node, boolean ready) implements Event {}

    record Ended(LocalNode node, int exitCode) implements Event {}

    record RestartDue(LocalNode node) implements Event {}

    record Stop() implements Event {}
  }

  private static final int NO_NODES = 1;
  private static final int CANNOT_START = 2;

  /**
   * As the systemd unit has it. A node that is back before it was missed is not told from one that is silent: the others
   * would wait for it, with the calls of the process that died.
   */
  private static final long RESTART_DELAY_MILLIS = 2_000;

  /** For all of them; who has not ended by then is killed. */
  private static final long STOP_MILLIS = 12_000;

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Set<LocalNode> running = new HashSet<>();
  private final Set<LocalNode> everReady = new HashSet<>();
  private final long startNanos = System.nanoTime();
  private final Plan plan;
  private final boolean restart;
  private final List<LocalNode> nodes = new ArrayList<>();
  private final PrintStream out;

  private LocalCluster(Plan plan, boolean restart, String demo, PrintStream out) {
    this.plan = plan;
    this.restart = restart;
    this.out = out;
    List<String> command = NodeCommand.likeThisProcess("demo", demo);
    for (LocalNode.Ports ports : plan.ports()) {
      nodes.add(new LocalNode(nodes.size() + 1, ports, command, plan.environment(ports), out));
    }
  }

  public static void main(String[] words) throws InterruptedException {
    Plan plan;
    Arguments arguments;
    try {
      arguments = Arguments.of(Arrays.asList(words).subList(1, words.length));
      plan = new Plan(arguments.nodes(), System.getenv());
    } catch (IllegalArgumentException | ConfigException | IOException e) {
      System.err.println("sfu: " + e.getMessage());
      System.exit(CANNOT_START);
      return;
    }
    Logging.configure(plan.config().log());
    System.exit(new LocalCluster(plan, arguments.restart(), words[0], System.out).run());
  }

  /** Runs until it is stopped or no node is left; gives the exit code. */
  private int run() throws InterruptedException {
    Signals.handle(() -> events.add(new Event.Stop()), () -> signal("ALRM"), () -> signal("IO"));
    Signals.whenLauncherEnds(() -> events.add(new Event.Stop()));
    List<Backend> backends = nodes.stream().map(LocalNode::backend).toList();
    InetSocketAddress bind = new InetSocketAddress(plan.config().http().bind(), plan.balancerPort());
    out.printf("Starting %d nodes …%n", nodes.size());
    try (Balancer balancer =
        new Balancer(
            bind,
            backends,
            backend ->
                events.add(new Event.Ready(nodes.get(backends.indexOf(backend)), backend.isReady())))) {
      for (LocalNode node : nodes) {
        start(node);
      }
      return untilTheEnd();
    } catch (IOException e) {
      System.err.println("sfu: the cluster can't start: " + e.getMessage());
      return CANNOT_START;
    } finally {
      stop();
    }
  }

  private void start(LocalNode node) throws IOException {
    node.start().thenAccept(exitCode -> events.add(new Event.Ended(node, exitCode)));
    running.add(node);
  }

  private int untilTheEnd() throws InterruptedException, IOException {
    while (true) {
      switch (events.take()) {
        case Event.Ready(LocalNode node, boolean ready) -> tellOf(node, ready);
        case Event.Ended(LocalNode node, int exitCode) -> {
          running.remove(node);
          out.printf("node %d (process %d) ended with exit code %d%n", node.number(), node.pid(), exitCode);
          if (!everReady.contains(node)) {
            return CANNOT_START;
          }
          if (restart) {
            CompletableFuture.delayedExecutor(RESTART_DELAY_MILLIS, TimeUnit.MILLISECONDS)
                .execute(() -> events.add(new Event.RestartDue(node)));
          } else if (running.isEmpty()) {
            out.println("no node is left");
            return NO_NODES;
          }
        }
        case Event.RestartDue(LocalNode node) -> {
          start(node);
          out.printf("node %d starts again as process %d%n", node.number(), node.pid());
        }
        case Event.Stop _ -> {
          return 0;
        }
      }
    }
  }

  private void tellOf(LocalNode node, boolean ready) {
    if (!ready) {
      if (running.contains(node)) {
        out.printf("node %d takes no new connections%n", node.number());
      }
      return;
    }
    out.printf("node %d is ready, %.1f s after the start%n", node.number(), (System.nanoTime() - startNanos) / 1e9);
    if (everReady.add(node) && everReady.size() == nodes.size()) {
      announce();
    }
  }

  private void announce() {
    StringBuilder table = new StringBuilder();
    String row = "%-6s%-25s%-25s%-40s%s%n";
    table.append("%n".formatted()).append(row.formatted("node", "API", "media (UDP and TCP)", "management", "process"));
    for (LocalNode node : nodes) {
      LocalNode.Ports ports = node.ports();
      table.append(
          row.formatted(
              node.number(),
              "http://127.0.0.1:" + ports.api(),
              plan.config().rtc().publicHost() + ":" + ports.minMedia() + "-" + ports.maxMedia(),
              "http://127.0.0.1:" + ports.management() + "/cluster/members",
              node.pid()));
    }
    Config.Http http = plan.config().http();
    if (plan.balancerPort() != http.port()) {
      table.append("%nPort %d is taken: the balancer has the next one.%n".formatted(http.port()));
    }
    String publicHost = plan.config().rtc().publicHost();
    String host = publicHost.contains(":") && !publicHost.startsWith("[") ? "[" + publicHost + "]" : publicHost;
    out.printf(
        "%s%nOpen this in two tabs:  http://%s:%d/demo/?channel=hello%n"
            + "Ctrl-C ends all nodes; kill -9 a process to see what the others make of it.%n%n",
        table,
        host,
        plan.balancerPort());
  }

  /** Passes an operator's signal on to all nodes. */
  private void signal(String name) {
    for (LocalNode node : nodes) {
      try {
        new ProcessBuilder("kill", "-s", name, String.valueOf(node.pid())).start();
      } catch (IOException e) {
        out.println("SIG" + name + " can't be passed on: " + e.getMessage());
      }
    }
  }

  private void stop() throws InterruptedException {
    if (running.isEmpty()) {
      return;
    }
    out.println("Stopping the nodes …");
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS);
    // One after the other, the oldest last: nodes that all leave at once wait for each other in vain.
    for (LocalNode node : nodes.reversed()) {
      if (!running.contains(node)) {
        continue;
      }
      node.stop();
      node.awaitEnd(Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime())));
    }
  }
}
