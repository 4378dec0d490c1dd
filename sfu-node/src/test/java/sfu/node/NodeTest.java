package sfu.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.stream.BindFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sfu.node.cluster.ChannelRecord;
import sfu.node.cluster.Handover;
import sfu.node.config.Config;
import sfu.protocol.signal.Json;

/** A node as an operator sees it: starting, stopping, demo mode, and clients that mean harm or can't keep up. */
class NodeTest {

  private static Config config(String... pairs) throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("PUBLIC_IP", "127.0.0.1");
    environment.put("HTTP_INTERFACE", "127.0.0.1");
    environment.put("RTC_INTERFACE", "127.0.0.1");
    environment.put("NUM_WORKERS", "1");
    environment.put("AUTH_KEY", Base64.getEncoder().encodeToString(TestNode.KEY));
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put(pairs[i], pairs[i + 1]);
    }
    return Config.from(environment, InetAddress::getByName);
  }

  private static Node start(Config config, Optional<Path> demo) throws Exception {
    return start(config, List.of(), demo);
  }

  private static Node start(Config config, List<ChannelRecord> channels, Optional<Path> demo) throws Exception {
    return Node.start(config, channels, demo, new MediaWorkers(config))
        .toCompletableFuture()
        .get(90, TimeUnit.SECONDS);
  }

  @Test
  void aRestartKeepsTheChannels(@TempDir Path folder) throws Exception {
    Path file = Files.createFile(folder.resolve("handover"));
    assertThat(Handover.take(file)).isEmpty();
    TestNode before = new TestNode();
    before.beforeAll(null);
    String uuid = before.channel("restart", "");
    Handover.leave(file, before.node().channels().toCompletableFuture().get(5, TimeUnit.SECONDS));
    before.afterAll(null);

    Config config = config("PORT", Integer.toString(TestNode.freePort()));
    List<ChannelRecord> channels = Handover.take(file);
    Node after = start(config, channels, Optional.empty());
    try {
      assertThat(channels).extracting(ChannelRecord::uuid).containsExactly(uuid);
      assertThat(after.channels().toCompletableFuture().get(5, TimeUnit.SECONDS)).isEqualTo(channels);
      assertThat(Handover.take(file)).as("is taken once").isEmpty();
    } finally {
      after.stop().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void anOrderlyStopClosesClientsWithACodeAfterWhichTheyReconnect() throws Exception {
    TestNode node = new TestNode();
    node.beforeAll(null);
    TestClient joined = node.participant(node.channel("stop", ""), 1);
    TestClient waiting = node.open();

    node.afterAll(null);

    assertThat(joined.closeCode()).isEqualTo(1001);
    assertThat(waiting.closeCode()).isEqualTo(1001);
    try (ServerSocket free = new ServerSocket()) {
      free.bind(new InetSocketAddress("127.0.0.1", node.port()));
    }
  }

  @Test
  void aBusyPortIsTheReasonOfAFailedStart() throws Exception {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Config config = config("PORT", String.valueOf(busy.getLocalPort()));
      assertThatThrownBy(() -> start(config, Optional.empty())).hasCauseInstanceOf(BindFailedException.class);
    }
  }

  @Test
  void aWorkerThatCantStartIsTheReasonOfAFailedStart() throws Exception {
    Config config = config("PORT", String.valueOf(TestNode.freePort()));
    assertThatThrownBy(
            () ->
                Node.start(
                        config,
                        List.of(),
                        Optional.empty(),
                        _ -> {
                          throw new UncheckedIOException("no free port", new java.io.IOException());
                        })
                    .toCompletableFuture()
                    .get(90, TimeUnit.SECONDS))
        .hasMessageContaining("no free port");
  }

  @Test
  void demoModeServesThePageAndTokensThatJoin(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("index.html"), "<!doctype html>");
    Files.writeString(folder.resolve("app.js"), "1");
    TestNode node = new TestNode().withDemo(folder);
    node.beforeAll(null);
    try {
      assertThat(node.send("GET", "/demo/?channel=x", null).body()).isEqualTo("<!doctype html>");
      assertThat(node.send("GET", "/demo/app.js", null).headers().firstValue("content-type").orElseThrow())
          .startsWith("application/javascript");
      assertThat(node.send("GET", "/", null).headers().firstValue("location")).hasValue("/demo/");
      assertThat(node.send("GET", "/demo/../../pom.xml", null).statusCode()).isEqualTo(404);
      assertThat(node.send("GET", "/demo/%2e%2e/pom.xml", null).statusCode()).isEqualTo(404);
      assertThat(node.send("GET", "/demo/token?name=x", null).statusCode()).isEqualTo(400);
      var token = TestNode.json(node.send("GET", "/demo/token?channel=room%201&name=Me", null));
      assertThat(token.get("url").textValue()).isEqualTo("http://127.0.0.1:" + node.port());
      node.open()
          .send(
              Json.write(
                  Map.of("channelUUID", token.get("channelUUID").textValue(), "jwt", token.get("jwt").textValue())))
          .welcome();
    } finally {
      node.afterAll(null);
    }
  }

  @Test
  void aClientThatStopsReadingIsClosedAndTheOthersCarryOn() throws Exception {
    TestNode node = new TestNode("MAX_BUF_OUT", "100000");
    node.beforeAll(null);
    try (Socket slow = new Socket()) {
      String uuid = node.channel("slow", "?webRTC=false");
      TestClient speaker = node.join(uuid, "speaker").welcome();
      slow.setReceiveBufferSize(4096);
      slow.connect(new InetSocketAddress("127.0.0.1", node.port()));
      joinByHand(slow, uuid);
      TestClient listener = node.join(uuid, "listener").welcome();
      String long40k = "x".repeat(40_000);
      int said = 0;
      // What the kernel's buffers take comes first; then the node's own limit ends it.
      while (node.stats(uuid).at("/sessionsStats/count").intValue() == 3 && said++ < 2_000) {
        speaker.say("BROADCAST", long40k);
        listener.expect("BROADCAST");
      }
      assertThat(listener.expect("SESSION_LEAVE").at("/message/payload/sessionId").textValue()).isEqualTo("slow");
      assertThat(speaker.isOpen()).isTrue();
    } finally {
      node.afterAll(null);
    }
  }

  /** Handshake and credentials over a bare TCP connection, so that nothing reads unless told. */
  private static void joinByHand(Socket socket, String uuid) throws Exception {
    OutputStream out = socket.getOutputStream();
    out.write(
        ("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      head.append((char) in.read());
    }
    assertThat(head.toString()).startsWith("HTTP/1.1 101");
    byte[] credentials =
        Json.write(
                Map.of(
                    "channelUUID", uuid,
                    "jwt", TestNode.jwt(Map.of("sfu_channel_uuid", uuid, "session_id", "slow"))))
            .getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(0x81);
    frame.write(0x80 | 126);
    frame.write(credentials.length >> 8);
    frame.write(credentials.length);
    frame.write(new byte[4]);
    frame.write(credentials);
    out.write(frame.toByteArray());
    // The welcome: an empty text frame.
    assertThat(in.read()).isEqualTo(0x81);
    assertThat(in.read()).isZero();
  }
}
