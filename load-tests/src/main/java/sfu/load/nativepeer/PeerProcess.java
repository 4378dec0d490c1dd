package sfu.load.nativepeer;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import sfu.load.client.SfuException;

/** A peer in a process of its own, whose events can be waited for. Thread-safe. */
public final class PeerProcess implements AutoCloseable {

  private final PeerChild child;
  private final List<PeerEvent> events = new ArrayList<>();
  private PeerEvent.Progress progress;
  private boolean over;

  private PeerProcess(PeerChild child) {
    this.child = child;
  }

  /** Starts a native peer with this JVM and class path; it waits for {@link PeerCommand.Join}. */
  public static PeerProcess startNative() throws IOException {
    return start(PeerChild.nativeCommand());
  }

  /** Starts another program that obeys {@link PeerCommand}s and reports {@link PeerEvent}s, a browser's driver say. */
  public static PeerProcess start(List<String> command) throws IOException {
    PeerProcess peer = new PeerProcess(PeerChild.start(command));
    peer.child.listen(peer.new Memory());
    return peer;
  }

  /** Tells the peer something; a peer that is gone doesn't hear it. */
  public void send(PeerCommand command) {
    try {
      child.send(0, command);
    } catch (SfuException e) {
      throw new SfuException(e.getMessage() + describe());
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

  /** All events of this type so far; of progress reports none. */
  public synchronized <E extends PeerEvent> List<E> heard(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Kills the peer with all its processes at once, as a crash would. */
  public void kill() {
    child.kill();
  }

  /** Ends the peer, by the end of its commands if it still obeys. */
  @Override
  public void close() throws InterruptedException {
    child.close();
  }

  /** What came of it so far, for messages about failures. */
  public synchronized String describe() {
    return "\nevents: " + events + "\nprogress: " + progress + "\nstandard error: "
        + String.join("\n", child.complaints());
  }

  private synchronized void add(PeerEvent event) {
    if (event instanceof PeerEvent.Progress newest) {
      progress = newest;
    } else {
      events.add(event);
    }
    notifyAll();
  }

  private synchronized void end() {
    over = true;
    notifyAll();
  }

  private final class Memory implements PeerChild.Listener {

    @Override
    public void event(int peer, PeerEvent event) {
      add(event);
    }

    @Override
    public void ended(String how) {
      end();
    }
  }
}
