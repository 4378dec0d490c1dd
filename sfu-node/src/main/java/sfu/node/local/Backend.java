package sfu.node.local;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A node as the balancer sees it. Thread-safe. */
public final class Backend {

  private static final int CONNECT_TIMEOUT_MILLIS = 1_000;
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(1);

  private final InetSocketAddress api;
  private final HttpRequest question;
  private final AtomicInteger connections = new AtomicInteger();
  private volatile boolean ready;

  /** A node that serves clients at {@code api}, and says at {@code ready} with 200 whether it wants more of them. */
  public Backend(InetSocketAddress api, URI ready) {
    this.api = api;
    question = HttpRequest.newBuilder(ready).timeout(ANSWER_TIMEOUT).build();
  }

  /** Asks whether it is ready, and keeps the answer. */
  boolean check(HttpClient http) throws InterruptedException {
    try {
      ready = http.send(question, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException _) {
      ready = false;
    }
    return ready;
  }

  /** What it answered last. */
  public boolean isReady() {
    return ready;
  }

  /** How many are open now. */
  int connections() {
    return connections.get();
  }

  /** Connects; a node that refuses counts as not ready until it says otherwise. */
  Socket connect() throws IOException {
    Socket socket = new Socket();
    connections.incrementAndGet();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(api, CONNECT_TIMEOUT_MILLIS);
      return socket;
    } catch (IOException e) {
      ready = false;
      disconnected(socket);
      throw e;
    }
  }

  /** Gives back what {@link #connect} gave. */
  void disconnected(Socket socket) throws IOException {
    connections.decrementAndGet();
    socket.close();
  }
}
