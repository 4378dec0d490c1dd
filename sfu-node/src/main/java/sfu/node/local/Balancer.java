package sfu.node.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands HTTP requests and WebSockets to nodes: to the one with the fewest connections among those that are ready, and to
 * the next one if that refuses. Closed, it lets go of all connections.
 */
public final class Balancer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Balancer.class);

  private static final long CHECK_INTERVAL_MILLIS = 250;
  private static final int BACKLOG = 512;

  private final List<Backend> backends;
  private final Consumer<Backend> onChange;
  private final ServerSocket listener;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();

  /**
   * Listens at once, and answers with 503 until a node is ready.
   *
   * @param onChange is told when a node became ready or no longer is
   */
  public Balancer(InetSocketAddress bind, List<Backend> backends, Consumer<Backend> onChange) throws IOException {
    this.backends = List.copyOf(backends);
    this.onChange = onChange;
    listener = new ServerSocket();
    listener.bind(bind, BACKLOG);
    Thread.ofVirtual().name("accept").start(this::accept);
    backends.forEach(backend -> Thread.ofVirtual().name("check").start(() -> check(backend)));
  }

  /** The port that it listens on. */
  public int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.startVirtualThread(() -> serve(client));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          // For want of file descriptors, as a rule: it passes when connections end.
          LOG.warn("a connection can't be accepted: {}", e.getMessage());
        }
      }
    }
  }

  private void serve(Socket client) {
    clients.add(client);
    try {
      new Exchange(this, client).run();
    } finally {
      clients.remove(client);
    }
  }

  private void check(Backend backend) {
    boolean was = false;
    try {
      while (!listener.isClosed()) {
        boolean is = backend.check(http);
        if (is != was) {
          onChange.accept(backend);
          was = is;
        }
        Thread.sleep(CHECK_INTERVAL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The node for the next connection, not one of {@code refused}. */
  Optional<Backend> pick(Set<Backend> refused) {
    return backends.stream()
        .filter(backend -> backend.isReady() && !refused.contains(backend))
        .min(Comparator.comparingInt(Backend::connections));
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket client : clients) {
        client.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.shutdownNow();
  }
}
