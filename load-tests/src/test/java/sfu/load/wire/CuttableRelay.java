package sfu.load.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** TCP towards a server, whose connections can be cut without a word while the server lives on. */
final class CuttableRelay implements AutoCloseable {

  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Queue<Socket> clients = new ConcurrentLinkedQueue<>();
  private final Queue<Socket> servers = new ConcurrentLinkedQueue<>();
  private final URI server;

  CuttableRelay(URI server) throws IOException {
    this.server = server;
    Thread.ofVirtual().start(this::accept);
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /**
   * Cuts what is open; later connections are relayed again. The clients' ends first: what the server says of one that is
   * gone is not to reach another together with its own end, which the JDK's WebSocket then overlooks.
   */
  void cut() throws IOException {
    cut(clients);
    cut(servers);
  }

  private static void cut(Queue<Socket> sockets) throws IOException {
    for (Socket socket = sockets.poll(); socket != null; socket = sockets.poll()) {
      socket.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket near = listener.accept();
        Socket far = new Socket(server.getHost(), server.getPort());
        clients.add(near);
        servers.add(far);
        Thread.ofVirtual().start(() -> copy(near, far));
        Thread.ofVirtual().start(() -> copy(far, near));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from; to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException cut) {
      // Both ends are closed now.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }
}
