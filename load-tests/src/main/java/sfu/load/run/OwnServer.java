package sfu.load.run;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import sfu.load.server.ServerProcess;

/** A server of ours that a load starts by itself: as {@code ./sfu start} runs it, but for its cache of loaded classes. */
final class OwnServer implements AutoCloseable {

  /** The options of the launcher's server, which it hands over so that what is measured is what is run. */
  private static final String JAVA_OPTIONS = "SFU_NODE_JVM";

  /** The default of a deployed server, if no more are to come. */
  private static final int USUAL_CHANNEL_SIZE = 100;

  private static final int KEY_BYTES = 32;

  private final ServerProcess process;
  private final byte[] key;

  private OwnServer(ServerProcess process, byte[] key) {
    this.process = process;
    this.key = key;
  }

  /** {@code participants}: of a channel, at most. Waits until it takes calls. */
  static OwnServer start(int workers, int participants) throws IOException, InterruptedException {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    Map<String, String> environment =
        Map.of(
            "AUTH_KEY", Base64.getEncoder().encodeToString(key),
            "NUM_WORKERS", Integer.toString(workers),
            // Somebody who comes in place of another may be there before the other is gone.
            "CHANNEL_SIZE", Integer.toString(Math.max(USUAL_CHANNEL_SIZE, 2 * participants)),
            "LOG_LEVEL", "error");
    List<String> javaOptions =
        Stream.of(System.getenv().getOrDefault(JAVA_OPTIONS, "").split(" "))
            // Those that every server needs come along anyway.
            .filter(option -> !option.isEmpty() && !option.startsWith("--"))
            .toList();
    return new OwnServer(ServerProcess.startMeasured(environment, javaOptions), key);
  }

  ServerVenue venue() {
    return new ServerVenue("ours", process.address(), key, OptionalLong.of(process.pid()));
  }

  /** Why it ended, if it did: the end of its log. */
  String logged() {
    return process.logged();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.close();
  }
}
