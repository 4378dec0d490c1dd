package sfu.load.run;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import sfu.load.server.ServerProcess;

/** A server of ours that a load starts by itself, as {@code ./sfu start} does if the launcher says how. */
final class OwnServer implements AutoCloseable {

  /** How the launcher starts a server, a word a line, so that what is measured is what is run. */
  private static final String COMMAND = "SFU_NODE_COMMAND";

  /** The default of a deployed server, if no more are to come. */
  private static final int USUAL_CHANNEL_SIZE = 100;

  private static final int KEY_BYTES = 32;
  private static final long ANSWER_NANOS = 1_000_000_000;
  private static final long POLL_MILLIS = 10;

  private final ServerProcess process;
  private final byte[] key;
  private final int workers;

  private OwnServer(ServerProcess process, byte[] key, int workers) {
    this.process = process;
    this.key = key;
    this.workers = workers;
  }

  /**
   * Waits until it takes calls.
   *
   * @param clock tells when nobody wants it any more
   * @throws StoppedException if that is before it has started
   */
  static OwnServer start(ServerSettings settings, RunClock clock) throws IOException, InterruptedException {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    Map<String, String> environment = new HashMap<>(settings.environment());
    environment.put("AUTH_KEY", Base64.getEncoder().encodeToString(key));
    environment.put("NUM_WORKERS", Integer.toString(settings.workers()));
    // Somebody who comes in place of another may be there before the other is gone.
    environment.put("CHANNEL_SIZE", Integer.toString(Math.max(USUAL_CHANNEL_SIZE, 2 * settings.participants())));
    environment.put("LOG_LEVEL", "error");
    List<String> command =
        System.getenv().getOrDefault(COMMAND, "").lines().filter(word -> !word.isEmpty()).toList();
    Runnable check = () -> {
      if (clock.isStopped()) {
        throw new StoppedException();
      }
    };
    return new OwnServer(
        ServerProcess.startMeasured(environment, command, settings.javaOptions(), check), key, settings.workers());
  }

  ServerVenue venue() {
    return new ServerVenue("ours", process.address(), key, OptionalLong.of(process.pid()), this::counts);
  }

  /** It says so in its log, a moment after it was asked. */
  private Map<String, Long> counts() throws InterruptedException {
    int told = WorkerCounts.lines(process.logged()).size();
    try {
      process.signal("IO");
    } catch (IOException | IllegalStateException _) {
      return Map.of();
    }
    long deadline = System.nanoTime() + ANSWER_NANOS;
    while (System.nanoTime() < deadline) {
      List<String> lines = WorkerCounts.lines(process.logged());
      if (lines.size() >= told + workers) {
        return WorkerCounts.sum(lines.subList(told, lines.size()));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return Map.of();
  }

  /** See {@link LoadedServer#liveHeapBytes}. */
  double liveHeapBytes() throws InterruptedException {
    return LiveHeap.bytes(process.pid());
  }

  /** Why it ended, if it did: the end of its log. */
  String logged() {
    return process.logged();
  }

  /** Whether it ended in order within such a time. */
  boolean stop(Duration patience) throws InterruptedException {
    return process.stop(patience);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.close();
  }
}
