package sfu.protocol.dtls;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import sfu.protocol.ortc.DtlsFingerprint;
import sfu.protocol.srtp.SrtpProfile;

/** Two endpoints and the network between them, which a test may make as bad as it likes. */
final class DtlsWire implements AutoCloseable {
  /** Short, as what they wait for comes at once or never here. */
  static final DtlsTimings TIMINGS = new DtlsTimings(10, 100, 20_000);

  static final DtlsCertificate CLIENT_CERTIFICATE = DtlsCertificate.generate();
  static final DtlsCertificate SERVER_CERTIFICATE = DtlsCertificate.generate();
  private static final long PATIENCE_SECONDS = 20;

  /** One direction of the network: what becomes of a datagram. Called by one thread. */
  interface Link {
    void carry(byte[] datagram, Consumer<byte[]> deliver);
  }

  final Side client = new Side(CLIENT_CERTIFICATE, SERVER_CERTIFICATE);
  final Side server = new Side(SERVER_CERTIFICATE, CLIENT_CERTIFICATE);
  DtlsTimings timings = TIMINGS;
  private final CountDownLatch threads = new CountDownLatch(2);
  private final CountDownLatch started = new CountDownLatch(1);

  DtlsWire() {
    client.peer = server;
    server.peer = client;
  }

  DtlsWire start() {
    Executor executor =
        task ->
            Thread.startVirtualThread(
                () -> {
                  task.run();
                  threads.countDown();
                });
    client.endpoint = client.start(DtlsRole.CLIENT, executor);
    server.endpoint = server.start(DtlsRole.SERVER, executor);
    started.countDown();
    return this;
  }

  /** Waits until both are connected. */
  DtlsWire connect() throws Exception {
    start();
    client.connected.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    server.connected.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return this;
  }

  static <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Whether both endpoints have given their threads back. */
  boolean awaitThreads() {
    try {
      return threads.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    client.endpoint.close();
    server.endpoint.close();
    if (!awaitThreads()) {
      throw new AssertionError("an endpoint keeps its thread after close()");
    }
  }

  /** One endpoint with what it is given and what it says. */
  final class Side implements DtlsEndpoint.Listener {
    final CompletableFuture<SrtpKeys> connected = new CompletableFuture<>();
    final CompletableFuture<String> failed = new CompletableFuture<>();
    final CompletableFuture<Boolean> closed = new CompletableFuture<>();
    List<DtlsFingerprint> remote;
    List<SrtpProfile> profiles = List.of(SrtpProfile.values());
    int mtu = 1200;
    Link link = (datagram, deliver) -> deliver.accept(datagram);
    DtlsEndpoint endpoint;
    private final DtlsCertificate local;
    private Side peer;

    private Side(DtlsCertificate local, DtlsCertificate remote) {
      this.local = local;
      this.remote = List.of(remote.fingerprint("sha-256"));
    }

    private DtlsEndpoint start(DtlsRole role, Executor executor) {
      return DtlsEndpoint.start(role, local, remote, profiles, mtu, executor, this, timings);
    }

    @Override
    public void onSend(byte[] datagram) {
      if (datagram.length > mtu) {
        failed.complete("sent " + datagram.length + " bytes with an MTU of " + mtu);
      }
      try {
        started.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      link.carry(datagram, peer.endpoint::receive);
    }

    @Override
    public void onConnected(SrtpKeys keys) {
      connected.complete(keys);
    }

    @Override
    public void onFailed(String reason) {
      failed.complete(reason);
    }

    @Override
    public void onClosed() {
      closed.complete(true);
    }
  }
}
