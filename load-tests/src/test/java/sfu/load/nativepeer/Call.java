package sfu.load.nativepeer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sfu.load.server.ServerProcess;
import sfu.load.client.Channel;
import sfu.load.client.Invitation;
import sfu.load.nativepeer.PeerEvent.Progress;
import sfu.load.nativepeer.PeerEvent.Received;
import sfu.load.sdp.DtlsRole;
import sfu.load.sdp.IceProtocol;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/** A channel of its own on a server, the peers in it, and what can be expected of them. */
final class Call implements AutoCloseable {

  static final Duration TIMEOUT = Duration.ofSeconds(90);

  static final SessionId ANNE = SessionId.of(1);
  static final SessionId BERT = SessionId.of("two");
  static final SessionId CLARA = SessionId.of(3);

  /** Quieter than a tenth of full scale, far louder than what a codec makes of silence. */
  static final double AUDIBLE = 0.01;

  private final ServerProcess server;
  private final Channel channel;
  private final List<PeerProcess> peers = new ArrayList<>();

  Call(ServerProcess server, String issuer) {
    this.server = server;
    this.channel = server.channel(issuer);
  }

  @Override
  public void close() throws InterruptedException {
    for (PeerProcess peer : peers) {
      peer.close();
    }
  }

  /** A native peer that joined and sends nothing yet. */
  PeerProcess join(SessionId id, IceProtocol protocol, DtlsRole role) throws IOException, InterruptedException {
    return join(PeerProcess.startNative(), id, protocol, role);
  }

  /** For somebody else in this channel. */
  Invitation invite(SessionId id) {
    return server.api().invite(channel, id);
  }

  /** A native peer whose socket is on another node than the channel was made on. */
  PeerProcess joinBy(ServerProcess node, SessionId id) throws IOException, InterruptedException {
    PeerProcess peer = PeerProcess.startNative();
    peers.add(peer);
    peer.send(PeerCommand.Join.of(node.api().invite(channel, id).at(node.address()), IceProtocol.UDP, DtlsRole.CLIENT));
    peer.await(PeerEvent.Joined.class, _ -> true, TIMEOUT);
    return peer;
  }

  /** A native peer with UDP in the DTLS client role. */
  PeerProcess join(SessionId id) throws IOException, InterruptedException {
    return join(id, IceProtocol.UDP, DtlsRole.CLIENT);
  }

  /** A browser with fake devices, which obeys the same commands; candidates and DTLS role are its own choice. */
  PeerProcess joinBrowser(SessionId id) throws IOException, InterruptedException {
    Path bundle = ServerProcess.repository().resolve("client-bundle");
    for (String needed : List.of("node_modules/playwright-core", "dist/odoo_sfu.js")) {
      if (!Files.exists(bundle.resolve(needed))) {
        throw new IllegalStateException("the client bundle isn't built: ./sfu build makes " + bundle.resolve(needed));
      }
    }
    String driver = ServerProcess.repository().resolve("load-tests/src/test/browser/peer.mjs").toString();
    return join(
        PeerProcess.start(List.of("node", driver, bundle.toString(), chromium().toString())),
        id,
        IceProtocol.ANY,
        DtlsRole.CLIENT);
  }

  /** Sends a tone, and a camera in one stream. */
  static void send(PeerProcess peer, int width, int height) throws InterruptedException {
    sendAll(peer, new PeerCommand.SendVideo(StreamType.CAMERA, width, height, 15, false));
  }

  /**
   * Sends audio, and a camera in three layers. With few frames a second, because libwebrtc gives up the largest layer
   * when encoding takes too much of the time between two frames, which it does on a busy machine.
   */
  static void sendLayers(PeerProcess peer, int width, int height) throws InterruptedException {
    sendAll(peer, new PeerCommand.SendVideo(StreamType.CAMERA, width, height, 5, true));
  }

  void assertSeesAndHears(PeerProcess peer, SessionId other, int width, int height) throws InterruptedException {
    assertSees(peer, other, width, height);
    progress(peer, p -> p.of(other, StreamType.AUDIO)
        .filter(audio -> audio.samples() > 0 && audio.audioLevel() > AUDIBLE)
        .isPresent());
  }

  /** Expects ten more frames than there are, of this size. */
  void assertSees(PeerProcess peer, SessionId other, int width, int height) throws InterruptedException {
    long frames = frames(progress(peer, p -> p.of(other, StreamType.CAMERA)
        .filter(camera -> camera.frames() > 0 && camera.width() == width && camera.height() == height)
        .isPresent()), other);
    progress(peer, p -> frames(p, other) > frames + 10);
  }

  /** Expects the same number of frames in two reports, half a second apart. */
  void assertStopsSeeing(PeerProcess peer, SessionId other) throws InterruptedException {
    AtomicReference<Progress> previous = new AtomicReference<>();
    progress(peer, p -> {
      // The same report may be looked at twice.
      Progress before = previous.getAndSet(p);
      return before != null && before != p && frames(before, other) == frames(p, other);
    });
  }

  static void assertConnected(PeerProcess peer, String protocol, String dtlsRole) throws InterruptedException {
    Progress progress = peer.await(Progress.class, _ -> true, TIMEOUT);
    for (PeerEvent.Transport transport : List.of(progress.send(), progress.receive())) {
      assertThat(transport.state()).isEqualTo("connected");
      assertThat(transport.protocol()).isEqualTo(protocol);
      assertThat(transport.dtlsRole()).isEqualTo(dtlsRole);
    }
  }

  /** The first report that fits. */
  Progress progress(PeerProcess peer, Predicate<Progress> fits) throws InterruptedException {
    try {
      return peer.await(Progress.class, fits, TIMEOUT);
    } catch (RuntimeException e) {
      String all = peers.stream().map(PeerProcess::describe).collect(Collectors.joining());
      throw new AssertionError(e.getMessage() + "\nall peers:" + all + "\nserver: " + server.logged(), e);
    }
  }

  /** The frames of a session's camera so far, -1 without one. */
  static long frames(Progress progress, SessionId of) {
    return progress.of(of, StreamType.CAMERA).map(Received::frames).orElse(-1L);
  }

  private PeerProcess join(PeerProcess peer, SessionId id, IceProtocol protocol, DtlsRole role)
      throws InterruptedException {
    peers.add(peer);
    peer.send(PeerCommand.Join.of(server.api().invite(channel, id), protocol, role));
    peer.await(PeerEvent.Joined.class, _ -> true, TIMEOUT);
    return peer;
  }

  private static void sendAll(PeerProcess peer, PeerCommand.SendVideo camera) throws InterruptedException {
    peer.send(new PeerCommand.SendAudio(440));
    peer.send(camera);
    peer.await(PeerEvent.Sending.class, sending -> sending.type() == StreamType.CAMERA, TIMEOUT);
  }

  private static Path chromium() {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, "chromium"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(
            "this test needs the package chromium (Debian: apt-get install chromium)"));
  }
}
