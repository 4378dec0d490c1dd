package sfu.protocol.dtls;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import sfu.protocol.ortc.DtlsFingerprint;
import sfu.protocol.srtp.SrtpProfile;

/**
 * One side of one DTLS-SRTP association (RFC 5764). It occupies a thread of its executor from {@link #start} until it
 * failed or was closed: first for the handshake, then to answer a peer that missed the last flight, and to notice its
 * goodbye. A client begins to send at once, so it is started when there is a path to the peer. {@link #receive} and
 * {@link #close} may be called by any thread.
 */
public final class DtlsEndpoint implements AutoCloseable {
  /** Hears what happens, on the endpoint's thread; must not block for long and must not throw. */
  public interface Listener {
    /** One datagram to send to the peer; at most the MTU long, the receiver's to keep. */
    void onSend(byte[] datagram);

    /** The peer is who signalling said it is, and these are the keys. At most once. */
    void onConnected(SrtpKeys keys);

    /** There will be no keys, for this reason. At most once, never after {@link #onConnected} or {@link #close}. */
    void onFailed(String reason);

    /** The peer ended the association. At most once, only after {@link #onConnected}, not after {@link #close}. */
    void onClosed();
  }

  /**
   * How often a connected endpoint looks up, in milliseconds. Bouncy Castle forgets the handshake, 4 minutes after it,
   * only when it is called.
   */
  private static final int CONNECTED_WAIT_MILLIS = 60_000;

  private final DtlsRole role;
  private final DtlsPolicy policy;
  private final DtlsDatagrams datagrams;
  private final Listener listener;

  private DtlsEndpoint(DtlsRole role, DtlsPolicy policy, DtlsDatagrams datagrams, Listener listener) {
    this.role = role;
    this.policy = policy;
    this.datagrams = datagrams;
    this.listener = listener;
  }

  /**
   * Starts a handshake. Gives up after 30 s in which nothing usable came.
   *
   * @param remote fingerprints of the peer's certificate, one of which must fit
   * @param profiles what this side speaks, in its order of preference: as server it takes the first that the client
   *     offers
   * @param mtu most bytes in a datagram that is sent
   * @param executor runs one task, which blocks until the endpoint ends: give it virtual threads
   */
  public static DtlsEndpoint start(
      DtlsRole role,
      DtlsCertificate local,
      List<DtlsFingerprint> remote,
      List<SrtpProfile> profiles,
      int mtu,
      Executor executor,
      Listener listener) {
    return start(role, local, remote, profiles, mtu, executor, listener, DtlsTimings.DEFAULT);
  }

  static DtlsEndpoint start(
      DtlsRole role,
      DtlsCertificate local,
      List<DtlsFingerprint> remote,
      List<SrtpProfile> profiles,
      int mtu,
      Executor executor,
      Listener listener,
      DtlsTimings timings) {
    DtlsRecords records = new DtlsRecords(role == DtlsRole.SERVER);
    DtlsPolicy policy = new DtlsPolicy(local, remote, profiles, timings);
    DtlsDatagrams datagrams = new DtlsDatagrams(mtu, records, timings, listener::onSend);
    DtlsEndpoint endpoint = new DtlsEndpoint(role, policy, datagrams, listener);
    executor.execute(endpoint::run);
    return endpoint;
  }

  /**
   * Takes one datagram from the peer, which it keeps. Never blocks; drops it when 64 of them or 64 KB wait. Any
   * thread.
   */
  public void receive(byte[] datagram) {
    datagrams.offer(datagram);
  }

  /**
   * Says goodbye if the peer is there to hear it, and ends the thread; returns before that. Any thread, any number of
   * times.
   */
  @Override
  public void close() {
    datagrams.requestClose();
  }

  private void run() {
    DTLSTransport session;
    try {
      session = handshake();
    } catch (IOException e) {
      if (!datagrams.closeRequested()) {
        listener.onFailed(reason(e));
      }
      return;
    }
    datagrams.connected();
    if (!datagrams.closeRequested()) {
      listener.onConnected(policy.keys());
    }
    awaitEnd(session);
    if (!datagrams.closeRequested()) {
      listener.onClosed();
    }
  }

  private DTLSTransport handshake() throws IOException {
    return switch (role) {
      case CLIENT -> {
        DtlsClientPeer peer = new DtlsClientPeer(policy);
        datagrams.session(peer::cancel);
        yield new DTLSClientProtocol().connect(peer, datagrams);
      }
      case SERVER -> {
        DtlsServerPeer peer = new DtlsServerPeer(policy);
        datagrams.session(peer::cancel);
        yield new DTLSServerProtocol().accept(peer, datagrams);
      }
    };
  }

  /** Returns when either side has closed. Data that the peer sends inside DTLS (SCTP) is not for us and falls here. */
  private void awaitEnd(DTLSTransport session) {
    try {
      byte[] ignored = new byte[session.getReceiveLimit()];
      while (true) {
        session.receive(ignored, 0, ignored.length, CONNECTED_WAIT_MILLIS);
      }
    } catch (IOException end) {
      // Either side's goodbye, or a fatal alert: the caller tells them apart by who asked for it.
    }
  }

  private String reason(IOException e) {
    if (policy.refusal() != null) {
      return policy.refusal();
    }
    return switch (e) {
      case TlsFatalAlertReceived alert ->
          "the peer sent alert " + AlertDescription.getText(alert.getAlertDescription());
      case TlsFatalAlert alert -> "the handshake ended with alert " + alert.getMessage();
      default -> e.getMessage();
    };
  }
}
