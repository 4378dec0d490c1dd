package sfu.node.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BalancerTest {

  private static final String UPGRADE =
      "GET / HTTP/1.1\r\nHost: sfu:80\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

  private final BlockingQueue<Backend> changes = new LinkedBlockingQueue<>();
  private FakeNode one;
  private FakeNode two;
  private List<Backend> backends;
  private Balancer balancer;

  @BeforeEach
  void start() throws Exception {
    one = new FakeNode("one");
    two = new FakeNode("two");
    backends = List.of(one.backend(), two.backend());
    balancer = new Balancer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), backends, changes::add);
    awaitChange();
    awaitChange();
  }

  @AfterEach
  void stop() throws Exception {
    balancer.close();
    one.close();
    two.close();
  }

  private void awaitChange() throws InterruptedException {
    assertThat(changes.poll(30, TimeUnit.SECONDS)).isNotNull();
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), balancer.port());
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String readToEnd(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private String exchange(String request) throws IOException {
    try (Socket socket = connect()) {
      write(socket, request);
      return readToEnd(socket);
    }
  }

  private String get(String path) throws IOException {
    return exchange("GET " + path + " HTTP/1.1\r\nHost: sfu:80\r\n\r\n");
  }

  /** A WebSocket whose handshake is done. */
  private Socket webSocket() throws IOException {
    Socket socket = connect();
    write(socket, UPGRADE);
    String expected = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
    assertThat(new String(socket.getInputStream().readNBytes(expected.length()), StandardCharsets.US_ASCII))
        .isEqualTo(expected);
    return socket;
  }

  @Test
  void aRequestWithItsBodyReachesANodeThatKnowsWhoAsked() throws Exception {
    two.setReady(false);
    awaitChange();

    String answer =
        exchange(
            "POST /v1/disconnect HTTP/1.1\r\nHost: sfu.example.com:8070\r\nConnection: keep-alive\r\n"
                + "X-Forwarded-For: 6.6.6.6\r\nAuthorization: jwt a.b.c==\r\nContent-Length: 5\r\n\r\nhello");

    assertThat(answer).startsWith("HTTP/1.1 200 OK").endsWith("onehello");
    RequestHead head = one.nextHead();
    assertThat(head.requestLine()).isEqualTo("POST /v1/disconnect HTTP/1.1");
    assertThat(head.fields())
        .containsExactlyInAnyOrder(
            "Host: sfu.example.com:8070",
            "Authorization: jwt a.b.c==",
            "Content-Length: 5",
            "Connection: close",
            "X-Forwarded-For: 127.0.0.1",
            "X-Forwarded-Host: sfu.example.com:8070",
            "X-Forwarded-Proto: http");
  }

  @Test
  void aWebSocketPassesAsBytesInBothDirectionsUntilEitherSideEnds() throws Exception {
    try (Socket socket = webSocket()) {
      byte[] bytes = new byte[300_000];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (i * 31);
      }
      InputStream in = socket.getInputStream();
      Thread writer =
          Thread.startVirtualThread(
              () -> {
                try {
                  socket.getOutputStream().write(bytes);
                  socket.shutdownOutput();
                } catch (IOException _) {
                  // Seen as an echo that is too short.
                }
              });
      assertThat(Arrays.equals(in.readNBytes(bytes.length), bytes)).isTrue();
      writer.join();
      assertThat(in.read()).as("the node's end, after the client's").isEqualTo(-1);
    }
  }

  @Test
  void theNodeWithFewerConnectionsIsNext() throws Exception {
    try (Socket first = webSocket();
        Socket second = webSocket()) {
      assertThat(first.isConnected() && second.isConnected()).isTrue();
      assertThat(backends).extracting(Backend::connections).containsExactly(1, 1);
    }
  }

  @Test
  void aNodeThatRefusesIsPassedOver() throws Exception {
    one.close();
    for (int i = 0; i < 5; i++) {
      assertThat(get("/")).endsWith("two");
    }
  }

  @Test
  void aNodeThatIsNotReadyGetsNothingNewButKeepsWhatItHas() throws Exception {
    try (Socket first = webSocket();
        Socket second = webSocket()) {
      one.setReady(false);
      awaitChange();
      assertThat(get("/")).endsWith("two");
      for (Socket socket : List.of(first, second)) {
        write(socket, "still here");
        assertThat(socket.getInputStream().readNBytes(10)).asString().isEqualTo("still here");
      }
      one.setReady(true);
      awaitChange();
      two.setReady(false);
      awaitChange();
      assertThat(get("/")).endsWith("one");
    }
  }

  @Test
  void withoutANodeTheAnswerIs503() throws Exception {
    one.close();
    two.close();
    assertThat(get("/")).startsWith("HTTP/1.1 503 ").contains("Retry-After: 1");
  }

  @Test
  void aNodeThatEndsWithoutAnAnswerIs502() throws Exception {
    assertThat(get("/die")).startsWith("HTTP/1.1 502 ");
  }

  @Test
  void aClientThatHasSaidAllStillHearsTheAnswer() throws Exception {
    try (Socket socket = connect()) {
      write(socket, "GET / HTTP/1.1\r\nHost: sfu\r\n\r\n");
      socket.shutdownOutput();
      assertThat(readToEnd(socket)).startsWith("HTTP/1.1 200 OK");
    }
  }

  @Test
  void noiseAndEndlessHeadsAreRefused() throws Exception {
    assertThat(exchange("hello\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(exchange("GET / HTTP/1.1\r\nno field\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(exchange("GET / HTTP/1.1\r\nX: " + "x".repeat(RequestHead.MAX_BYTES - 19)))
        .startsWith("HTTP/1.1 431 ");
  }

  @Test
  void closedItLetsGoOfAllConnections() throws Exception {
    try (Socket socket = webSocket()) {
      balancer.close();
      int end;
      try {
        end = socket.getInputStream().read();
      } catch (IOException _) {
        end = -1;
      }
      assertThat(end).isEqualTo(-1);
    }
  }
}
