package sfu.load.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sfu.load.server.ServerProcess;
import sfu.load.client.Channel;
import sfu.load.client.ChannelApi;
import sfu.protocol.jwt.JwtSigner;
import sfu.protocol.signal.Json;

/** deploy/proxy's files in the proxies that they are for, in front of a real node; its two neighbours are down. */
class ProxyTest {

  private static final byte[] AUTH_KEY = new byte[32];
  private static final String FORGED_ADDRESS = "203.0.113.66";

  private static ServerProcess node;
  private static int nodePort;
  private static int managementPort;

  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir private Path folder;

  @BeforeAll
  static void startNode() throws IOException, InterruptedException {
    managementPort = ServerProcess.freePort();
    node =
        ServerProcess.start(
            Map.of(
                "PROXY", "1",
                "NUM_WORKERS", "1",
                "MANAGEMENT_PORT", Integer.toString(managementPort),
                "AUTH_KEY", Base64.getEncoder().encodeToString(AUTH_KEY)));
    nodePort = node.channel("where it listens").url().getPort();
  }

  @AfterAll
  static void stopNode() throws IOException, InterruptedException {
    if (node != null) {
      node.close();
    }
  }

  @AfterEach
  void stop() {
    http.shutdownNow();
  }

  private ProxyProcess start(ProxyKind kind, boolean tls) throws IOException, InterruptedException {
    return start(kind, tls, managementPort);
  }

  /** The running node's management answers for all three: the other two have only just gone, and no check has told. */
  private ProxyProcess start(ProxyKind kind, boolean tls, int checked) throws IOException, InterruptedException {
    List<Integer> nodes = List.of(ServerProcess.freePort(), nodePort, ServerProcess.freePort());
    return ProxyProcess.start(kind, folder, nodes, checked, tls);
  }

  @ParameterizedTest
  @EnumSource
  void theProxyAcceptsTheFileAsItIsShipped(ProxyKind kind) throws Exception {
    String text = kind.shipped();
    for (String lines : List.of(text, text.replace("#tls ", ""))) {
      certificate();
      // nginx looks its nodes up when it starts.
      String file = kind.adapt(lines, folder, 8070, 8443).replaceAll("sfu-[123]:8070", "127.0.0.1:8070");
      assertRuns(kind.check(Files.writeString(folder.resolve("checked.conf"), file)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCallGoesThroughAndItsChannelHasTheProxysAddress(ProxyKind kind) throws Exception {
    try (ProxyProcess proxy = start(kind, false)) {
      ChannelApi api = new ChannelApi(http, proxy.address(), AUTH_KEY);
      Channel channel = api.channel("a call by " + kind, true).join();
      assertThat(channel.url()).isEqualTo(proxy.address());
      TwoPeers.seeEachOther(api, channel);
    }
  }

  @ParameterizedTest
  @EnumSource
  void nodesThatAreDownAreSkipped(ProxyKind kind) throws Exception {
    try (ProxyProcess proxy = start(kind, false)) {
      ChannelApi api = new ChannelApi(http, proxy.address(), AUTH_KEY);
      String uuid = api.channel("two are down", true).join().uuid();
      for (int i = 0; i < 12; i++) {
        assertThat(api.channel("two are down", true).join().uuid()).isEqualTo(uuid);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatAClientClaimsInForwardedHeadersIsReplaced(ProxyKind kind) throws Exception {
    try (ProxyProcess proxy = start(kind, false)) {
      String token =
          new JwtSigner(AUTH_KEY).sign(Map.of("iss", "forged " + kind, "exp", Instant.now().getEpochSecond() + 60));
      HttpRequest forged =
          HttpRequest.newBuilder(proxy.address().resolve("/v1/channel"))
              .header("Authorization", "Bearer " + token)
              .header("X-Forwarded-For", FORGED_ADDRESS)
              .header("X-Forwarded-Proto", "gopher")
              .header("X-Forwarded-Host", "elsewhere.example.com")
              .build();
      HttpResponse<String> answer = http.send(forged, BodyHandlers.ofString());
      String url = Json.parse(answer.body()).orElseThrow().path("url").asText();
      assertThat(URI.create(url)).isEqualTo(proxy.address());
      assertThat(node.api().stats().join().findValuesAsText("remoteAddress"))
          .contains("127.0.0.1")
          .doesNotContain(FORGED_ADDRESS);
    }
  }

  @Test
  void haproxySendsNothingToNodesThatAreNotReadyAndLeavesThemWhatTheyHave() throws Exception {
    // Stands for the node's management, which can't be told to say no and yes again.
    AtomicInteger ready = new AtomicInteger(200);
    HttpServer management = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    management.createContext("/ready", exchange -> {
      exchange.sendResponseHeaders(ready.get(), -1);
      exchange.close();
    });
    management.start();
    try (ProxyProcess proxy = start(ProxyKind.HAPROXY, false, management.getAddress().getPort());
        Socket kept = new Socket()) {
      openWebSocket(kept, proxy.address());
      ready.set(503);
      awaitStatus(proxy, 503);
      // An empty frame is no credentials: the node's answer comes through the WebSocket that was open before.
      kept.getOutputStream().write(new byte[] {(byte) 0x81, (byte) 0x80, 0, 0, 0, 0});
      assertThat(kept.getInputStream().read() & 0x0f).as("a close frame").isEqualTo(8);
      ready.set(200);
      awaitStatus(proxy, 200);
    } finally {
      management.stop(0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void withItsTlsLinesTheProxyServesHttpsAndSecureWebSockets(ProxyKind kind) throws Exception {
    SSLContext trusting = certificate();
    try (ProxyProcess proxy = start(kind, true);
        HttpClient https = HttpClient.newBuilder().sslContext(trusting).build()) {
      Channel channel = new ChannelApi(https, proxy.tlsAddress(), AUTH_KEY).channel("secure " + kind, true).join();
      assertThat(channel.url()).isEqualTo(proxy.tlsAddress());
      try (Socket socket = trusting.getSocketFactory().createSocket()) {
        openWebSocket(socket, proxy.tlsAddress());
      }
      HttpRequest plain = HttpRequest.newBuilder(proxy.address().resolve("/v1/noop")).build();
      assertThat(http.send(plain, BodyHandlers.discarding()).headers().firstValue("location")).hasValueSatisfying(
          location -> assertThat(location).startsWith("https://").endsWith("/v1/noop"));
    }
  }

  /** A WebSocket by hand: what matters is what the proxy does with the upgrade and the bytes after it. */
  private static void openWebSocket(Socket socket, URI proxy) throws IOException {
    socket.connect(new InetSocketAddress(proxy.getHost(), proxy.getPort()));
    socket.setSoTimeout(30_000);
    String upgrade =
        "GET / HTTP/1.1\r\nHost: " + proxy.getAuthority() + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    socket.getOutputStream().write(upgrade.getBytes());
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("\r\n\r\n") < 0) {
      int next = socket.getInputStream().read();
      assertThat(next).as(answer.toString()).isNotNegative();
      answer.append((char) next);
    }
    assertThat(answer.toString()).startsWith("HTTP/1.1 101 ").contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }

  private void awaitStatus(ProxyProcess proxy, int status) throws Exception {
    HttpRequest noop = HttpRequest.newBuilder(proxy.address().resolve("/v1/noop")).build();
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    int seen = 0;
    while (seen != status) {
      assertThat(System.nanoTime() - deadlineNanos).as("%d instead of %d", seen, status).isNegative();
      seen = http.send(noop, BodyHandlers.discarding()).statusCode();
    }
  }

  /** A certificate for loopback in the folder, as both proxies want it; the result trusts it. */
  private SSLContext certificate() throws Exception {
    Path certificate = folder.resolve("sfu.crt");
    Path key = folder.resolve("sfu.key");
    assertRuns(
        List.of(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=sfu", "-addext",
            "subjectAltName=IP:127.0.0.1", "-keyout", key.toString(), "-out", certificate.toString()));
    Files.writeString(folder.resolve("sfu.pem"), Files.readString(certificate) + Files.readString(key));
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null);
    try (var in = Files.newInputStream(certificate)) {
      trusted.setCertificateEntry("sfu", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private static void assertRuns(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isZero();
  }
}
