package sfu.node.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The process of one node, whose lines are printed with its number before them. */
final class LocalNode {

  /** Where a node is found on this machine; media ports are inclusive. */
  record Ports(int api, int management, int cluster, int minMedia, int maxMedia) {}

  private final int number;
  private final Ports ports;
  private final List<String> command;
  private final Map<String, String> environment;
  private final PrintStream out;
  private Process process;

  /** {@code environment} is all that the process gets. */
  LocalNode(int number, Ports ports, List<String> command, Map<String, String> environment, PrintStream out) {
    this.number = number;
    this.ports = ports;
    this.command = command;
    this.environment = environment;
    this.out = out;
  }

  int number() {
    return number;
  }

  Ports ports() {
    return ports;
  }

  Backend backend() {
    return new Backend(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.api()),
        URI.create("http://127.0.0.1:" + ports.management() + "/ready"));
  }

  /** Starts the process, and completes with its exit code when it has ended and its last line is printed. */
  synchronized CompletableFuture<Integer> start() throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process started = builder.start();
    process = started;
    CompletableFuture<Void> printed = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("node " + number)
        .start(
            () -> {
              print(started);
              printed.complete(null);
            });
    return started.onExit().thenCombine(printed, (ended, _) -> ended.exitValue());
  }

  private void print(Process started) {
    try (BufferedReader lines = started.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        out.println("[" + number + "] " + line);
      }
    } catch (IOException _) {
      // It has ended.
    }
  }

  synchronized long pid() {
    return process.pid();
  }

  /** Asks it to end. */
  synchronized void stop() {
    process.destroy();
  }

  /** Waits so long for its end, and then makes it. */
  void awaitEnd(long millis) throws InterruptedException {
    Process ending;
    synchronized (this) {
      ending = process;
    }
    if (!ending.waitFor(millis, TimeUnit.MILLISECONDS)) {
      ending.destroyForcibly().waitFor();
    }
  }
}
