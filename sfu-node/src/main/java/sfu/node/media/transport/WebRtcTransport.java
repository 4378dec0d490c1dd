package sfu.node.media.transport;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.media.MediaEvent;
import sfu.node.media.MediaEvent.TransportClosed.Reason;
import sfu.node.media.io.Path;
import sfu.protocol.dtls.DtlsEndpoint;
import sfu.protocol.dtls.DtlsRole;
import sfu.protocol.dtls.SrtpKeys;
import sfu.protocol.ortc.DtlsFingerprint;
import sfu.protocol.ortc.DtlsParameters;
import sfu.protocol.srtp.SrtpProfile;

/**
 * One WebRTC transport of the server towards one peer connection of a client: ICE-lite (RFC 8445), and SRTP with keys
 * from DTLS (RFC 5764).
 */
public abstract class WebRtcTransport extends Transport {
  /** A transport that hears nothing for this long ends (RFC 7675, 5.1). */
  public static final long CONSENT_NANOS = 30_000_000_000L;

  private static final long FAREWELL_NANOS = 500_000_000L;

  /** What a DTLS datagram may measure: fits every path that carries WebRTC. */
  private static final int DTLS_MTU = 1200;

  /** DTLS datagrams kept until CONNECT_* tells whose they may be: a first flight, which may overtake it. */
  private static final int MAX_EARLY = 4;

  private static final List<SrtpProfile> PROFILES = List.of(SrtpProfile.values());

  /** RTCP a client may send, in bit/s: many times what feedback on a large call takes. */
  private static final long MAX_RTCP_BPS = 1_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(WebRtcTransport.class);

  private final TransportIdentity identity;
  private DtlsParameters remote;
  private DtlsEndpoint dtls;
  private final List<byte[]> early = new ArrayList<>(0);

  protected WebRtcTransport(LoopContext context, TransportIdentity identity, TransportHost host) {
    super(context, identity.id(), host, MAX_RTCP_BPS);
    this.identity = identity;
  }

  public final String channelId() {
    return identity.channelId();
  }

  protected final void tellOwner(MediaEvent event) {
    identity.owner().accept(event);
  }

  // -- ICE -----------------------------------------------------------------------------------------------------------

  /** A lite agent believes whoever knows the password, wherever it is (RFC 8445, 2.5). */
  @Override
  protected final Path onCheck(
      Path known, Path path, long addressHi, long addressLo, int port, boolean nominated) {
    heard();
    Path from = known != null ? known : adopt(path, addressHi, addressLo, port);
    if (from != null && (selectedPath() == null || nominated)) {
      select(from);
    }
    return from;
  }

  @Override
  protected void onSelected() {
    startDtls();
  }

  // -- DTLS ----------------------------------------------------------------------------------------------------------

  @Override
  public final void onDtls(MemorySegment segment, long offset, int length) {
    byte[] datagram = segment.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    if (dtls != null) {
      dtls.receive(datagram);
    } else if (early.size() < MAX_EARLY && !isClosed()) {
      early.add(datagram);
    } else {
      context.counters.drop(Drop.UNEXPECTED);
    }
  }

  /** The client's side of DTLS is known. Returns what is wrong with it, or null. */
  public final String connect(DtlsParameters parameters) {
    if (remote != null) {
      return "the transport is connected already";
    }
    if (parameters.fingerprints().isEmpty()) {
      return "dtlsParameters without a fingerprint";
    }
    remote = parameters;
    startDtls();
    return null;
  }

  private void startDtls() {
    if (remote == null || selectedPath() == null || dtls != null || isClosed()) {
      return;
    }
    // RFC 5763, 5: towards "actpass" (auto) we answer "active".
    DtlsRole role = "client".equals(remote.role()) ? DtlsRole.SERVER : DtlsRole.CLIENT;
    List<DtlsFingerprint> fingerprints = remote.fingerprints();
    dtls =
        DtlsEndpoint.start(
            role, context.certificate, fingerprints, PROFILES, DTLS_MTU, context.handshakes, new DtlsListener());
    early.forEach(dtls::receive);
    early.clear();
  }

  /** Called on the handshake's thread; everything goes over to the loop's. */
  private final class DtlsListener implements DtlsEndpoint.Listener {
    @Override
    public void onSend(byte[] datagram) {
      context.execute(() -> sendDtls(datagram));
    }

    @Override
    public void onConnected(SrtpKeys keys) {
      context.execute(() -> connected(keys));
    }

    @Override
    public void onFailed(String reason) {
      context.execute(
          () -> {
            LOG.info("transport {} of channel {}: DTLS failed: {}", id(), channelId(), reason);
            end(Reason.DTLS_FAILED);
          });
    }

    @Override
    public void onClosed() {
      context.execute(() -> end(Reason.CLOSED_BY_PEER));
    }
  }

  private void sendDtls(byte[] datagram) {
    if (selectedPath() != null && !selectedPath().isClosed()) {
      send(selectedPath(), MemorySegment.ofArray(datagram), 0, datagram.length);
    }
  }

  private void connected(SrtpKeys keys) {
    if (isClosed()) {
      return;
    }
    secure(
        context.crypto.sender(keys.profile(), keys.localKey(), keys.localSalt()),
        context.crypto.receiver(keys.profile(), keys.remoteKey(), keys.remoteSalt()));
    LOG.debug("transport {} of channel {} connected, {}", id(), channelId(), keys.profile());
    onConnected();
    tellOwner(new MediaEvent.TransportConnected(id()));
  }

  /** SRTP is ready in both directions. */
  protected abstract void onConnected();

  // -- life ----------------------------------------------------------------------------------------------------------

  /** Ends the transport if it has not heard of its client for too long. Returns when to look again. */
  protected final long checkConsent(long nowNanos) {
    if (!wasHeard()) {
      // A client begins with a transport when it has something to send or to receive on it, maybe never.
      return nowNanos + CONSENT_NANOS;
    }
    long deadline = lastHeardNanos() + CONSENT_NANOS;
    if (nowNanos >= deadline) {
      end(Reason.CONSENT_EXPIRED);
      return Long.MAX_VALUE;
    }
    return deadline;
  }

  @Override
  public final void failed(RuntimeException defect) {
    LOG.error("transport {} of channel {} ends by a defect", id(), channelId(), defect);
    end(Reason.INTERNAL_ERROR);
  }

  /** Ends by itself, for a reason that the owner learns. */
  public final void end(Reason reason) {
    if (!isClosed()) {
      close();
      tellOwner(new MediaEvent.TransportClosed(id(), reason));
      host().ended(this);
    }
  }

  @Override
  public void close() {
    if (dtls != null && !isClosed()) {
      dtls.close();
    }
    super.close();
  }

  @Override
  protected final void onParting() {
    context.timers.schedule(new Farewell(), context.nowNanos() + FAREWELL_NANOS);
  }

  /** DTLS says goodbye on its own thread; until then the way to the client stays open. */
  private final class Farewell extends TimerHeap.Timed {
    @Override
    protected long onTimer(long nowNanos) {
      part();
      return Long.MAX_VALUE;
    }
  }
}
