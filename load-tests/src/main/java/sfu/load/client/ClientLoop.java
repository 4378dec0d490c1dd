package sfu.load.client;

import java.net.http.HttpClient;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/**
 * A thread and an HTTP client that any number of {@link SfuClient}s share. All their callbacks run on this thread, so
 * nothing in them may block.
 */
public final class ClientLoop implements AutoCloseable {

  private final ScheduledExecutorService thread;
  private final HttpClient http;

  /** {@code name} is the thread's. */
  public ClientLoop(String name) {
    ThreadFactory daemons = Thread.ofPlatform().daemon().name(name).factory();
    this.thread = Executors.newSingleThreadScheduledExecutor(daemons);
    this.http = HttpClient.newHttpClient();
  }

  /** The client that opens the sockets; may be used for {@link ChannelApi} too. */
  public HttpClient http() {
    return http;
  }

  public ScheduledExecutorService thread() {
    return thread;
  }

  /** Ends the thread and every connection. Close the clients first, or their ends go unnoticed. */
  @Override
  public void close() {
    thread.shutdownNow();
    http.shutdownNow();
  }
}
