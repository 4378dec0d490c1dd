package sfu.load.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.remote.artery.tcp.ssl.RotatingKeysSSLEngineProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The certificates that deploy/README.md's commands make are ones that nodes accept of each other. */
class ClusterCertificatesTest {

  private static final int FLIGHTS = 20;

  @TempDir private Path folder;

  private final List<ActorSystem> systems = new ArrayList<>();

  @AfterEach
  void stop() {
    systems.forEach(ActorSystem::terminate);
  }

  @Test
  void nodesWithCertificatesMadeAsTheReadmeSaysAcceptEachOther() throws Exception {
    List<String> commands = commands();
    Path authority = run(commands.get(0), Files.createDirectory(folder.resolve("ca")));
    RotatingKeysSSLEngineProvider first = node(authority, commands.get(1), "first");
    RotatingKeysSSLEngineProvider second = node(authority, commands.get(1), "second");

    SSLEngine client = first.createClientSSLEngine("10.0.0.12", 7355);
    SSLEngine server = second.createServerSSLEngine("10.0.0.12", 7355);
    assertThat(server.getNeedClientAuth()).isTrue();
    shakeHands(client, server);
    assertThat(first.verifyClientSession("10.0.0.12", client.getSession()).isEmpty()).isTrue();
    assertThat(second.verifyServerSession("10.0.0.11", server.getSession()).isEmpty()).isTrue();
  }

  @Test
  void aCertificateOfTheSameAuthorityForAnotherNameIsRefused() throws Exception {
    List<String> commands = commands();
    Path authority = run(commands.get(0), Files.createDirectory(folder.resolve("ca")));
    RotatingKeysSSLEngineProvider node = node(authority, commands.get(1), "node");
    String another = commands.get(1).replace("/CN=sfu", "/CN=mail").replace("DNS:sfu", "DNS:mail");
    RotatingKeysSSLEngineProvider stranger = node(authority, another, "stranger");

    SSLEngine client = stranger.createClientSSLEngine("10.0.0.12", 7355);
    SSLEngine server = node.createServerSSLEngine("10.0.0.12", 7355);
    shakeHands(client, server);
    assertThat(node.verifyServerSession("10.0.0.99", server.getSession()).isDefined()).isTrue();
  }

  /** The first block with openssl makes the authority, the second a node's certificate. */
  private static List<String> commands() {
    String readme = DeployFolder.text(DeployFolder.DEPLOY.resolve("README.md"));
    List<String> blocks =
        DeployFolder.find(Pattern.compile("(?s)```sh\n(openssl .*?)```"), readme)
            .map(match -> match.group(1))
            .toList();
    assertThat(blocks).hasSize(2);
    return blocks;
  }

  private static Path run(String commands, Path where) throws Exception {
    Process process =
        new ProcessBuilder("bash", "-euc", commands).directory(where.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
    return where;
  }

  /** What a node with CLUSTER_TLS_CERT, CLUSTER_TLS_KEY and CLUSTER_TLS_CA makes of the files. */
  private RotatingKeysSSLEngineProvider node(Path authority, String commands, String name) throws Exception {
    Path own = Files.createDirectory(folder.resolve(name));
    for (String file : List.of("ca.crt", "ca.key")) {
      Files.copy(authority.resolve(file), own.resolve(file));
    }
    run(commands, own);
    String engine = "pekko.remote.artery.ssl.rotating-keys-engine.";
    Config files =
        ConfigFactory.parseMap(
            Map.of(
                engine + "key-file", own.resolve("node.key").toString(),
                engine + "cert-file", own.resolve("node.crt").toString(),
                engine + "ca-cert-file", own.resolve("ca.crt").toString(),
                "pekko.use-slf4j", "off",
                "pekko.loglevel", "OFF"));
    ActorSystem system = ActorSystem.create(name, files.withFallback(ConfigFactory.load()));
    systems.add(system);
    return new RotatingKeysSSLEngineProvider(system);
  }

  private static void shakeHands(SSLEngine client, SSLEngine server) throws SSLException {
    client.beginHandshake();
    server.beginHandshake();
    ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
    ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
    for (int i = 0; i < FLIGHTS; i++) {
      turn(client, toClient, toServer);
      turn(server, toServer, toClient);
    }
    assertThat(client.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
    assertThat(server.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
  }

  /** Takes what came, and says what there is to say. */
  private static void turn(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    ByteBuffer empty = ByteBuffer.allocate(0);
    ByteBuffer received = ByteBuffer.allocate(1 << 16);
    in.flip();
    boolean moves = true;
    while (moves) {
      for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
        task.run();
      }
      int before = in.remaining();
      if (in.hasRemaining()) {
        engine.unwrap(in, received);
      }
      int said = out.position();
      if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
        engine.wrap(empty, out);
      }
      moves =
          in.remaining() != before
              || out.position() != said
              || engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK;
    }
    in.compact();
  }
}
