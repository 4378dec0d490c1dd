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

/** A peer in a process of its own, as its parent sees it. Thread-safe. */
public final class PeerProcess implements AutoCloseable {

  private static final int COMPLAINTS_KEPT = 40;
  private static final long END_TIMEOUT_SECONDS = 5;

  private final Process process;
  private final BufferedWriter commands;
  private final List<PeerEvent> events = new ArrayList<>();
  private final Deque<String> complaints = new ArrayDeque<>();
  private PeerEvent.Progress progress;
  private boolean over;

  private PeerProcess(Process process) {
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** Starts a native peer with this JVM and class path; it waits for {@link PeerCommand.Join}. */
  public static PeerProcess startNative() throws IOException {
    return start(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            NativePeerMain.class.getName()));
  }

  /** Starts another program that obeys {@link PeerCommand}s and reports {@link PeerEvent}s, a browser's driver say. */
  public static PeerProcess start(List<String> command) throws IOException {
    PeerProcess peer = new PeerProcess(new ProcessBuilder(command).start());
    Thread.ofVirtual().name("peer's events").start(peer::readEvents);
    Thread.ofVirtual().name("peer's complaints").start(peer::readComplaints);
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
        throw new SfuException("the peer is gone: " + e + describe());
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

  /** Kills the peer with all its processes at once, as a crash would. */
  public void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Ends the peer, by the end of its commands if it still obeys. */
  @Override
  public void close() throws InterruptedException {
    try {
      commands.close();
    } catch (IOException e) {
      complain("gone before it was told to: " + e);
    }
    if (!process.waitFor(END_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      kill();
    }
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

  /** What came of it so far, for messages about failures. */
  public synchronized String describe() {
    return "\nevents: " + events + "\nprogress: " + progress + "\nstandard error: " + String.join("\n", complaints);
  }
}
