package sfu.node.local;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * What a balancer sees of a node: {@code /ready} answers as told, a WebSocket gives back the bytes it gets, any other
 * request is answered with the node's name and the body, and {@code /die} with the end of the connection.
 */
final class FakeNode implements AutoCloseable {

  private final String name;
  private final ServerSocket listener;
  private final BlockingQueue<RequestHead> heads = new LinkedBlockingQueue<>();
  private final Thread acceptor;
  private volatile boolean ready = true;

  FakeNode(String name) throws IOException {
    this.name = name;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    acceptor = Thread.startVirtualThread(this::accept);
  }

  Backend backend() {
    return new Backend(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort()),
        URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/ready"));
  }

  void setReady(boolean ready) {
    this.ready = ready;
  }

  /** The head of the next request that wasn't about being ready. */
  RequestHead nextHead() throws InterruptedException {
    return heads.take();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        Thread.startVirtualThread(() -> serve(socket));
      } catch (IOException _) {
        // Closed.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      RequestHead head = RequestHead.read(in);
      String target = head.requestLine().split(" ")[1];
      if (target.equals("/ready")) {
        answer(out, ready ? "200 OK" : "500 No", "");
        return;
      }
      heads.add(head);
      if (head.isWebSocket()) {
        out.write("HTTP/1.1 101 Switching Protocols\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        in.transferTo(out);
        return;
      }
      if (!target.equals("/die")) {
        int length = head.field("Content-Length").map(Integer::parseInt).orElse(0);
        answer(out, "200 OK", name + new String(in.readNBytes(length), StandardCharsets.UTF_8));
      }
    } catch (IOException _) {
      // The test sees it at its end.
    }
  }

  private static void answer(OutputStream out, String status, String body) throws IOException {
    String answer = "HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s";
    out.write(answer.formatted(status, body.length(), body).getBytes(StandardCharsets.UTF_8));
  }

  /** Returns when it refuses connections. */
  @Override
  public void close() throws IOException, InterruptedException {
    listener.close();
    acceptor.join();
  }
}
