package sfu.node.local;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * One connection of a client, passed on to a node: the head is read and completed, whatever follows are bytes in both
 * directions, each with an end of its own.
 */
final class Exchange {

  private static final int HEAD_TIMEOUT_MILLIS = 10_000;
  private static final int HTTP_TIMEOUT_MILLIS = 30_000;

  /** A node pings every minute, and clients answer: three times that of silence is no connection any more. */
  private static final int WEB_SOCKET_TIMEOUT_MILLIS = 180_000;

  /** What a client gets to close its side after a node has closed its own. */
  private static final int GOODBYE_TIMEOUT_MILLIS = 2_000;

  private static final int BUFFER_BYTES = 16 * 1024;

  private final Balancer balancer;
  private final Socket client;

  Exchange(Balancer balancer, Socket client) {
    this.balancer = balancer;
    this.client = client;
  }

  /** Returns when the connection has ended, however. */
  void run() {
    try (client) {
      client.setTcpNoDelay(true);
      client.setSoTimeout(HEAD_TIMEOUT_MILLIS);
      InputStream in = new BufferedInputStream(client.getInputStream());
      try {
        passOn(RequestHead.read(in), in);
      } catch (RequestHead.Refused e) {
        answer(e.status());
      }
    } catch (IOException _) {
      // The client went away.
    }
  }

  private void passOn(RequestHead head, InputStream in) throws IOException {
    Set<Backend> refused = new HashSet<>();
    for (Optional<Backend> next = balancer.pick(refused); next.isPresent(); next = balancer.pick(refused)) {
      Backend backend = next.get();
      Socket node;
      try {
        node = backend.connect();
      } catch (IOException _) {
        refused.add(backend);
        continue;
      }
      try {
        converse(head, in, node);
      } finally {
        backend.disconnected(node);
      }
      return;
    }
    answer("503 Service Unavailable");
  }

  private void converse(RequestHead head, InputStream in, Socket node) throws IOException {
    // Whether a client still lives, the node finds out with pings; whether it is too slow with a request, it knows too.
    client.setSoTimeout(0);
    node.setSoTimeout(head.isWebSocket() ? WEB_SOCKET_TIMEOUT_MILLIS : HTTP_TIMEOUT_MILLIS);
    node.getOutputStream().write(head.forwarded(client.getInetAddress().getHostAddress()));
    Thread upwards = Thread.startVirtualThread(() -> passUp(in, node));
    passDown(node);
    try {
      upwards.join(GOODBYE_TIMEOUT_MILLIS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Until the client has said all, which is passed on, or breaks off, which ends the other direction as well. */
  private static void passUp(InputStream in, Socket node) {
    byte[] buffer = new byte[BUFFER_BYTES];
    while (true) {
      int count;
      try {
        count = in.read(buffer);
      } catch (IOException _) {
        close(node);
        return;
      }
      try {
        if (count < 0) {
          node.shutdownOutput();
          return;
        }
        node.getOutputStream().write(buffer, 0, count);
      } catch (IOException _) {
        // It won't hear more, but may have answered already.
        return;
      }
    }
  }

  /** Until the node has said all, or is gone. */
  private void passDown(Socket node) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    boolean answered = false;
    while (true) {
      int count;
      try {
        count = node.getInputStream().read(buffer);
      } catch (IOException e) {
        if (answered) {
          throw e;
        }
        count = -1;
      }
      if (count < 0) {
        if (answered) {
          client.shutdownOutput();
        } else {
          answer("502 Bad Gateway");
        }
        return;
      }
      client.getOutputStream().write(buffer, 0, count);
      answered = true;
    }
  }

  private void answer(String status) {
    try {
      byte[] text = (status + "\n").getBytes(StandardCharsets.US_ASCII);
      String head =
          "HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"
              .formatted(status, text.length);
      client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      client.getOutputStream().write(text);
      client.shutdownOutput();
    } catch (IOException _) {
      // It won't hear it.
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // It is no more use either way.
    }
  }
}
