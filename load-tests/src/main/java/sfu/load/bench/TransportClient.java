package sfu.load.bench;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import sfu.protocol.dtls.DtlsCertificate;
import sfu.protocol.dtls.DtlsEndpoint;
import sfu.protocol.dtls.DtlsRole;
import sfu.protocol.dtls.SrtpKeys;
import sfu.protocol.ice.IceCheckClient;
import sfu.protocol.ortc.DtlsParameters;
import sfu.protocol.ortc.TransportConfig;
import sfu.protocol.srtp.SrtpProfile;

/**
 * The client's end of one transport: nominates its path by a check, then speaks DTLS as the client. The caller turns
 * the server between {@link #poll}s.
 */
final class TransportClient implements DtlsEndpoint.Listener, AutoCloseable {
  private static final DtlsCertificate CERTIFICATE = DtlsCertificate.generate();
  private static final int MTU = 1200;
  private static final int PRIORITY = 0x6e7f_00ff;

  private final ClientSocket socket;
  private final TransportConfig config;
  private final IceCheckClient ice;
  private final byte[] check = new byte[IceCheckClient.MAX_CHECK_LENGTH];
  private final BlockingQueue<byte[]> toSend = new LinkedBlockingQueue<>();
  private DtlsEndpoint dtls;
  private volatile SrtpKeys keys;
  private volatile String failure;

  TransportClient(ClientSocket socket, TransportConfig config) {
    this.socket = socket;
    this.config = config;
    this.ice =
        new IceCheckClient(
            "bench", config.iceParameters().usernameFragment(), config.iceParameters().password(), socket.port());
  }

  static DtlsParameters dtlsParameters() {
    return new DtlsParameters("client", List.of(CERTIFICATE.fingerprint("sha-256")));
  }

  String transportId() {
    return config.id();
  }

  /** Sends a nominating check: the first chooses the path, later ones renew consent. */
  void sendCheck() throws IOException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int length =
        ice.writeCheck(MemorySegment.ofArray(check), 0, random.nextInt(), random.nextLong(), PRIORITY, true);
    socket.send(Arrays.copyOf(check, length));
  }

  void startDtls(SrtpProfile profile, Executor executor) {
    dtls =
        DtlsEndpoint.start(
            DtlsRole.CLIENT,
            CERTIFICATE,
            config.dtlsParameters().fingerprints(),
            List.of(profile),
            MTU,
            executor,
            this);
  }

  /** Carries datagrams between the socket and DTLS. Returns the keys once there are some, else null. */
  SrtpKeys poll() throws IOException {
    if (failure != null) {
      throw new IOException("DTLS failed: " + failure);
    }
    for (byte[] datagram = toSend.poll(); datagram != null; datagram = toSend.poll()) {
      socket.send(datagram);
    }
    for (byte[] datagram = socket.receive(); datagram != null; datagram = socket.receive()) {
      // RFC 7983: from 20 on it is DTLS, below that the answer to a check.
      if (datagram.length > 0 && datagram[0] >= 20) {
        dtls.receive(datagram);
      }
    }
    return keys;
  }

  @Override
  public void onSend(byte[] datagram) {
    toSend.add(datagram);
  }

  @Override
  public void onConnected(SrtpKeys agreed) {
    keys = agreed;
  }

  @Override
  public void onFailed(String reason) {
    failure = reason;
  }

  @Override
  public void onClosed() {
    failure = "the server said goodbye";
  }

  @Override
  public void close() {
    if (dtls != null) {
      dtls.close();
    }
  }
}
