package sfu.load.nativepeer;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import sfu.load.client.SfuException;
import sfu.protocol.signal.Json;

/** A native peer in a JVM of its own, as its parent sees it. Thread-safe. */
public final class NativePeerProcess implements AutoCloseable {

  private static final int COMPLAINTS_KEPT = 40;

  private final Process process;
  private final BufferedWriter commands;
  private final List<PeerEvent> events = new ArrayList<>();
  private final Deque<String> complaints = new ArrayDeque<>();
  private PeerEvent.Progress progress;
  private boolean over;

  private NativePeerProcess(Process process) {
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** Starts a peer with this JVM and class path; it waits for {@link PeerCommand.Join}. */
  public static NativePeerProcess start() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                NativePeerMain.class.getName())
            .start();
    NativePeerProcess peer = new NativePeerProcess(process);
    Thread.ofVirtual().name("native peer's events").start(peer::readEvents);
    Thread.ofVirtual().name("native peer's complaints").start(peer::readComplaints);
    return peer;
  }

  /** Tells the peer something; a peer that is gone doesn't hear it. */
  public void send(PeerCommand command) {
    synchronized (commands) {
      try {
        commands.write(Json.write(command));
        commands.newLine();
        commands.flush();
      } catch (IOException e) {
        throw new SfuException("the native peer is gone: " + e + describe());
      }
    }
  }

  /**
   * The first event of this type that fits, one that came already included; of progress reports only the newest counts.
   *
   * @throws SfuException if none comes in time, or the peer ends or reports a failure before it does
   */
  public synchronized <E extends PeerEvent> E await(Class<E> type, Predicate<E> fits, Duration timeout)
      throws InterruptedException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    while (true) {
      for (PeerEvent event : events) {
        if (type.isInstance(event) && fits.test(type.cast(event))) {
          return type.cast(event);
        }
      }
      if (type.isInstance(progress) && fits.test(type.cast(progress))) {
        return type.cast(progress);
      }
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
      boolean failed = events.stream().anyMatch(event -> event instanceof PeerEvent.Failed);
      if (over || failed || leftMillis <= 0) {
        throw new SfuException("no " + type.getSimpleName() + (over ? " before the end" : "") + describe());
      }
      wait(leftMillis);
    }
  }

  /** The process, for whoever wants to see it die. */
  public Process process() {
    return process;
  }

  /** Kills the peer, as a crash would. */
  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void readEvents() {
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      String line = in.readLine();
      while (line != null) {
        add(Json.MAPPER.readValue(line, PeerEvent.class));
        line = in.readLine();
      }
    } catch (IOException e) {
      complain("its events can't be read: " + e);
    } finally {
      end();
    }
  }

  private void readComplaints() {
    try (BufferedReader in = process.errorReader(StandardCharsets.UTF_8)) {
      in.lines().forEach(this::complain);
    } catch (IOException | UncheckedIOException e) {
      complain("no more can be read: " + e);
    }
  }

  private synchronized void add(PeerEvent event) {
    if (event instanceof PeerEvent.Progress newest) {
      progress = newest;
    } else {
      events.add(event);
    }
    notifyAll();
  }

  private synchronized void complain(String line) {
    if (complaints.size() == COMPLAINTS_KEPT) {
      complaints.removeFirst();
    }
    complaints.add(line);
  }

  private synchronized void end() {
    over = true;
    notifyAll();
  }

  private synchronized String describe() {
    return "\nevents: " + events + "\nprogress: " + progress + "\nstandard error: " + String.join("\n", complaints);
  }
}
