package sfu.node.media.transport;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.protocol.dtls.DtlsCertificate;
import sfu.protocol.dtls.DtlsEndpoint;
import sfu.protocol.dtls.DtlsRole;
import sfu.protocol.dtls.SrtpKeys;
import sfu.protocol.ortc.DtlsFingerprint;
import sfu.protocol.srtp.SrtpProfile;

/**
 * A handshake of the server with itself, in memory. The first one in a JVM takes a tenth of a second or more, which is not
 * to be the first participant's.
 */
public final class HandshakeRehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(HandshakeRehearsal.class);
  private static final int MTU = 1200;

  private HandshakeRehearsal() {}

  /** Begins one on {@code executor}, which runs both sides, each blocking a thread; returns at once. */
  public static void start(DtlsCertificate certificate, Executor executor) {
    Side server = new Side("server");
    Side client = new Side("client");
    server.start(DtlsRole.SERVER, certificate, executor, client);
    client.start(DtlsRole.CLIENT, certificate, executor, server);
  }

  private static final class Side implements DtlsEndpoint.Listener {
    private final String name;
    private final CompletableFuture<DtlsEndpoint> endpoint = new CompletableFuture<>();
    private Side peer;

    Side(String name) {
      this.name = name;
    }

    void start(DtlsRole role, DtlsCertificate certificate, Executor executor, Side peer) {
      this.peer = peer;
      List<DtlsFingerprint> fingerprints = List.of(certificate.fingerprint("sha-256"));
      endpoint.complete(
          DtlsEndpoint.start(role, certificate, fingerprints, List.of(SrtpProfile.values()), MTU, executor, this));
    }

    @Override
    public void onSend(byte[] datagram) {
      peer.endpoint.thenAccept(other -> other.receive(datagram));
    }

    @Override
    public void onConnected(SrtpKeys keys) {
      endpoint.thenAccept(DtlsEndpoint::close);
    }

    @Override
    public void onFailed(String reason) {
      LOG.warn("the rehearsal of a DTLS handshake failed on its {} side: {}", name, reason);
    }

    @Override
    public void onClosed() {
      endpoint.thenAccept(DtlsEndpoint::close);
    }
  }
}
