package sfu.load.nativepeer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import sfu.load.ServerProcess;
import sfu.load.client.Channel;
import sfu.load.nativepeer.PeerEvent.Progress;
import sfu.load.nativepeer.PeerEvent.Received;
import sfu.load.sdp.DtlsRole;
import sfu.load.sdp.IceProtocol;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/** Calls between libwebrtc in the JVM, and with a browser, through a real server. */
class NativePeerTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Quieter than a tenth of full scale, far louder than what a codec makes of silence. */
  private static final double AUDIBLE = 0.01;

  private static final SessionId ANNE = SessionId.of(1);
  private static final SessionId BERT = SessionId.of("two");

  private static ServerProcess server;
  private static int channels;

  private final Channel channel = server.channel("test-" + channels++);
  private final List<PeerProcess> peers = new ArrayList<>();

  @BeforeAll
  static void startServer() throws IOException, InterruptedException {
    server = ServerProcess.start(Map.of());
  }

  @AfterAll
  static void stopServer() throws IOException, InterruptedException {
    if (server != null) {
      server.close();
    }
  }

  @AfterEach
  void endPeers() throws InterruptedException {
    for (PeerProcess peer : peers) {
      peer.close();
    }
  }

  @Test
  void twoNativePeersSeeAndHearEachOtherOverUdp() throws Exception {
    PeerProcess anne = join(PeerProcess.startNative(), ANNE, IceProtocol.UDP, DtlsRole.CLIENT);
    PeerProcess bert = join(PeerProcess.startNative(), BERT, IceProtocol.UDP, DtlsRole.SERVER);
    sendAll(anne, 640, 360, false);
    sendAll(bert, 640, 360, false);

    assertSeesAndHears(anne, BERT, 640, 360);
    assertSeesAndHears(bert, ANNE, 640, 360);
    assertConnected(anne, "udp", "client");
    assertConnected(bert, "udp", "server");
  }

  @Test
  void twoNativePeersSeeAndHearEachOtherOverTcp() throws Exception {
    PeerProcess anne = join(PeerProcess.startNative(), ANNE, IceProtocol.TCP, DtlsRole.SERVER);
    PeerProcess bert = join(PeerProcess.startNative(), BERT, IceProtocol.TCP, DtlsRole.CLIENT);
    sendAll(anne, 640, 360, false);
    sendAll(bert, 640, 360, false);

    assertSeesAndHears(anne, BERT, 640, 360);
    assertSeesAndHears(bert, ANNE, 640, 360);
    assertConnected(anne, "tcp", "server");
    assertConnected(bert, "tcp", "client");
  }

  @Test
  void theLargestLayerOfANativePeerReachesABrowserWhichIsSeenByIt() throws Exception {
    PeerProcess anne = join(PeerProcess.startNative(), ANNE, IceProtocol.UDP, DtlsRole.CLIENT);
    sendAll(anne, 960, 540, true);
    PeerProcess bert = join(startBrowser(), BERT, IceProtocol.ANY, DtlsRole.CLIENT);
    sendAll(bert, 960, 540, true);

    assertSeesAndHears(bert, ANNE, 960, 540);
    assertSeesAndHears(anne, BERT, 960, 540);
  }

  @Test
  void aPeerThatDiesIsGoneForTheOthersWhichGoOn() throws Exception {
    PeerProcess anne = join(PeerProcess.startNative(), ANNE, IceProtocol.UDP, DtlsRole.CLIENT);
    PeerProcess bert = join(PeerProcess.startNative(), BERT, IceProtocol.UDP, DtlsRole.CLIENT);
    SessionId clara = SessionId.of(3);
    PeerProcess third = join(PeerProcess.startNative(), clara, IceProtocol.UDP, DtlsRole.CLIENT);
    sendAll(bert, 640, 360, false);
    sendAll(third, 640, 360, false);
    assertSeesAndHears(anne, BERT, 640, 360);
    assertSeesAndHears(anne, clara, 640, 360);

    bert.kill();

    anne.await(PeerEvent.SessionLeft.class, left -> left.sessionId().equals(BERT), TIMEOUT);
    long frames = progress(anne, p -> p.of(BERT, StreamType.CAMERA).isEmpty())
        .of(clara, StreamType.CAMERA).map(Received::frames).orElseThrow();
    progress(anne, p -> p.of(clara, StreamType.CAMERA).filter(r -> r.frames() > frames + 10).isPresent());
  }

  private PeerProcess join(PeerProcess peer, SessionId id, IceProtocol protocol, DtlsRole role) throws Exception {
    peers.add(peer);
    peer.send(PeerCommand.Join.of(server.api().invite(channel, id), protocol, role));
    peer.await(PeerEvent.Joined.class, _ -> true, TIMEOUT);
    return peer;
  }

  /** A browser with fake devices, which obeys the same commands; candidates and DTLS role are its own choice. */
  private static PeerProcess startBrowser() throws IOException {
    Path bundle = ServerProcess.repository().resolve("client-bundle");
    Path chromium =
        Stream.of(System.getenv("PATH").split(":"))
            .map(folder -> Path.of(folder, "chromium"))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException(
                "this test needs the package chromium (Debian: apt-get install chromium)"));
    for (String needed : List.of("node_modules/playwright-core", "dist/odoo_sfu.js")) {
      if (!Files.exists(bundle.resolve(needed))) {
        throw new IllegalStateException("the client bundle isn't built: ./sfu build makes " + bundle.resolve(needed));
      }
    }
    return PeerProcess.start(
        List.of("node", Path.of("src/test/browser/peer.mjs").toString(), bundle.toString(), chromium.toString()));
  }

  private static void sendAll(PeerProcess peer, int width, int height, boolean simulcast) throws Exception {
    peer.send(new PeerCommand.SendAudio(440));
    peer.send(new PeerCommand.SendVideo(StreamType.CAMERA, width, height, 15, simulcast));
    peer.await(PeerEvent.Sending.class, sending -> sending.type() == StreamType.CAMERA, TIMEOUT);
  }

  private static void assertSeesAndHears(PeerProcess peer, SessionId other, int width, int height) throws Exception {
    Progress sized = progress(peer, p -> p.of(other, StreamType.CAMERA)
        .filter(camera -> camera.frames() > 0 && camera.width() == width && camera.height() == height)
        .isPresent());
    long frames = sized.of(other, StreamType.CAMERA).map(Received::frames).orElseThrow();
    progress(peer, p -> p.of(other, StreamType.CAMERA).filter(camera -> camera.frames() > frames + 10).isPresent());
    progress(peer, p -> p.of(other, StreamType.AUDIO)
        .filter(audio -> audio.samples() > 0 && audio.audioLevel() > AUDIBLE)
        .isPresent());
  }

  private static void assertConnected(PeerProcess peer, String protocol, String dtlsRole) throws Exception {
    PeerEvent.Connection expected = new PeerEvent.Connection("connected", protocol, dtlsRole);
    Progress progress = progress(peer, p -> true);
    assertThat(progress.send()).isEqualTo(expected);
    assertThat(progress.receive()).isEqualTo(expected);
  }

  private static Progress progress(PeerProcess peer, Predicate<Progress> fits) throws InterruptedException {
    try {
      return peer.await(Progress.class, fits, TIMEOUT);
    } catch (RuntimeException e) {
      throw new AssertionError(e.getMessage() + "\nserver: " + server.logged(), e);
    }
  }
}
