package sfu.load.nativepeer;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import sfu.load.client.SfuException;

/**
 * A process with one or more peers in it, as its parent sees it: {@link PeerCommand}s go in, {@link PeerEvent}s come
 * out. It may die at any time. Thread-safe.
 */
final class PeerChild implements AutoCloseable {

  private static final int COMPLAINTS_KEPT = 40;

  /** Gives a process a session of its own, and stays the same process. */
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private static final long END_TIMEOUT_SECONDS = 5;

  /** A shell's way to say that a signal ended a process, which Java's exit values follow. */
  private static final int SIGNAL_BASE = 128;

  private static final int LAST_SIGNAL = 64;

  /** Called by one thread of the child's. */
  interface Listener {

    /** Something happened to the peer of this number. */
    void event(int peer, PeerEvent event);

    /** The process is gone, in words that go on after "its process". Nothing follows. */
    void ended(String how);
  }

  private final Process process;
  private final BufferedWriter commands;
  private final Deque<String> complaints = new ArrayDeque<>();
  private volatile long heardNanos = System.nanoTime();
  private volatile long cpuNanos;
  private volatile String killedBecause;

  private PeerChild(Process process) {
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
  }

  /**
   * What starts a child for native peers, with this JVM and class path; they wait for {@link PeerCommand.Join}. Ctrl-C,
   * which a terminal sends to all that it started, doesn't reach it: it ends by the end of its commands.
   */
  static List<String> nativeCommand() {
    List<String> command = new ArrayList<>(Files.isExecutable(SETSID) ? List.of(SETSID.toString()) : List.of());
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            NativePeerMain.class.getName()));
    return command;
  }

  /** Starts a program; what it says is kept until somebody listens. */
  static PeerChild start(List<String> command) throws IOException {
    return new PeerChild(new ProcessBuilder(command).start());
  }

  /** Once. */
  void listen(Listener listener) {
    Thread.ofVirtual().name("peer's events").start(() -> readEvents(listener));
    Thread.ofVirtual().name("peer's complaints").start(this::readComplaints);
  }

  /**
   * Tells a peer something.
   *
   * @throws SfuException if the process is gone
   */
  void send(int peer, PeerCommand command) {
    synchronized (commands) {
      try {
        commands.write(new PeerLine<>(peer, command).text());
        commands.newLine();
        commands.flush();
      } catch (IOException e) {
        throw new SfuException("the peer is gone: " + e);
      }
    }
  }

  long pid() {
    return process.pid();
  }

  /** Processor time so far, of itself alone; the newest known if it is gone. */
  long cpuNanos() {
    process.info().totalCpuDuration().map(Duration::toNanos).ifPresent(now -> cpuNanos = Math.max(cpuNanos, now));
    return cpuNanos;
  }

  /** It has somebody to report of from now on: until here it was silent for a reason. */
  void forgetSilence() {
    heardNanos = System.nanoTime();
  }

  /** For how long it has said nothing. */
  long silentNanos() {
    return System.nanoTime() - heardNanos;
  }

  /** Ends it with all its processes at once, as a crash would. */
  void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** The same; {@code why} goes on after "its process". */
  void kill(String why) {
    killedBecause = why;
    kill();
  }

  /** It ends by itself once it sees that no more commands come. */
  void endCommands() {
    try {
      commands.close();
    } catch (IOException e) {
      complain("gone before it was told to: " + e);
    }
  }

  /** Ends it, by the end of its commands if it still obeys. */
  @Override
  public void close() throws InterruptedException {
    endCommands();
    if (!process.waitFor(END_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      kill();
    }
  }

  /** The newest lines of its standard error. */
  List<String> complaints() {
    synchronized (complaints) {
      return new ArrayList<>(complaints);
    }
  }

  private void readEvents(Listener listener) {
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      String line = in.readLine();
      while (line != null) {
        heardNanos = System.nanoTime();
        PeerLine<PeerEvent> said = PeerLine.read(line, PeerEvent.class);
        listener.event(said.peer(), said.message());
        line = in.readLine();
      }
    } catch (IOException e) {
      complain("its events can't be read: " + e);
    } finally {
      listener.ended(end());
    }
  }

  /** It may have closed its output for another reason than its end, which is its end then. */
  private String end() {
    boolean byItself = false;
    try {
      byItself = process.waitFor(END_TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (!byItself) {
        kill();
        process.waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "was left";
    }
    if (killedBecause != null) {
      return killedBecause;
    }
    return byItself ? "ended with " + exit(process.exitValue()) : "closed its output";
  }

  private static String exit(int value) {
    boolean signal = value > SIGNAL_BASE && value <= SIGNAL_BASE + LAST_SIGNAL;
    return value + (signal ? " (signal " + (value - SIGNAL_BASE) + ")" : "");
  }

  private void readComplaints() {
    try (BufferedReader in = process.errorReader(StandardCharsets.UTF_8)) {
      in.lines().forEach(this::complain);
    } catch (IOException | UncheckedIOException e) {
      complain("no more can be read: " + e);
    }
  }

  private void complain(String line) {
    synchronized (complaints) {
      if (complaints.size() == COMPLAINTS_KEPT) {
        complaints.removeFirst();
      }
      complaints.add(line);
    }
  }
}
