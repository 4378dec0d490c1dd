package sfu.node.media.transport;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.SecureRandom;
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
import sfu.protocol.ice.IceLiteAgent;
import sfu.protocol.ortc.DtlsFingerprint;
import sfu.protocol.ortc.DtlsParameters;
import sfu.protocol.ortc.IceParameters;
import sfu.protocol.srtp.SrtpError;
import sfu.protocol.srtp.SrtpProfile;
import sfu.protocol.srtp.SrtpReceiver;
import sfu.protocol.srtp.SrtpSender;
import sfu.protocol.stream.TokenPolicer;

/**
 * One WebRTC transport of the server: ICE-lite (RFC 8445), DTLS (RFC 5764) and SRTP (RFC 3711, RFC 7714) towards one
 * peer connection of a client. What it carries is its subclass's matter.
 *
 * <p>Confined to the loop's thread. Bad input is counted and dropped.
 */
public abstract class Transport extends TimerHeap.Timed {
  /** A transport that hears nothing for this long ends (RFC 7675, 5.1). */
  public static final long CONSENT_NANOS = 30_000_000_000L;

  private static final long FAREWELL_NANOS = 500_000_000L;

  /** What a DTLS datagram may measure: fits every path that carries WebRTC. */
  private static final int DTLS_MTU = 1200;

  /** Addresses that a client may use at a time: its candidates over UDP and TCP while it is choosing. */
  private static final int MAX_PATHS = 4;

  /** DTLS datagrams kept until CONNECT_* tells whose they may be: a first flight, which may overtake it. */
  private static final int MAX_EARLY = 4;

  private static final List<SrtpProfile> PROFILES = List.of(SrtpProfile.values());
  /** RTCP a client may send, in bit/s: many times what feedback on a large call takes. */
  private static final long MAX_RTCP_BPS = 1_000_000;

  /** A client that was heard within this keeps its address, whoever else claims it: checks are at most 6 s apart (RFC 7675, 5.1). */
  private static final long ALIVE_NANOS = 7_000_000_000L;

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Logger LOG = LoggerFactory.getLogger(Transport.class);

  protected final LoopContext context;
  private final TransportIdentity identity;
  private final TransportHost host;
  private final IceParameters iceParameters;
  private final IceLiteAgent ice;
  private final Path[] paths = new Path[MAX_PATHS];
  private int pathCount;
  private Path selected;
  private DtlsParameters remote;
  private DtlsEndpoint dtls;
  private final List<byte[]> early = new ArrayList<>(0);
  private final TokenPolicer rtcpPolicer = new TokenPolicer(MAX_RTCP_BPS);
  private SrtpSender srtpSender;
  private SrtpReceiver srtpReceiver;
  private long lastHeardNanos;
  private boolean closed;

  protected Transport(LoopContext context, TransportIdentity identity, TransportHost host) {
    this.context = context;
    this.identity = identity;
    this.host = host;
    this.iceParameters = IceLiteAgent.generate(RANDOM);
    this.ice = new IceLiteAgent(iceParameters.usernameFragment(), iceParameters.password());
    this.lastHeardNanos = context.nowNanos();
  }

  public final String id() {
    return identity.id();
  }

  public final String channelId() {
    return identity.channelId();
  }

  public final IceParameters iceParameters() {
    return iceParameters;
  }

  public final boolean isConnected() {
    return srtpSender != null && !closed;
  }

  public final boolean isClosed() {
    return closed;
  }

  protected final TransportHost host() {
    return host;
  }

  /** Where packets to the client go; null as long as no address was authenticated. */
  protected final Path selectedPath() {
    return selected;
  }

  /** Null as long as, or once, nothing can be sent. */
  protected final SrtpSender srtp() {
    return closed ? null : srtpSender;
  }

  protected final void tellOwner(MediaEvent event) {
    identity.owner().accept(event);
  }

  // -- in ------------------------------------------------------------------------------------------------------------

  /**
   * A STUN message that names this transport. {@code path} is where it came from if that is a TCP connection or an
   * address known already, else null and the address counts.
   */
  public final void onStun(
      Path path, MemorySegment segment, long offset, int length, long addressHi, long addressLo, int port) {
    long now = context.nowNanos();
    MemorySegment answer = context.scratch;
    int result = ice.onRequest(segment, offset, length, addressHi, addressLo, port, answer, 0, now);
    int answerLength = IceLiteAgent.responseLength(result);
    boolean known = path != null && path.attachment() == this;
    if (!IceLiteAgent.isAuthenticated(result)) {
      // An error goes back only where somebody has authenticated: else anybody's address could be made to get it.
      context.counters.drop(Drop.BAD_STUN);
      if (known && answerLength > 0) {
        send(path, answer, 0, answerLength);
      }
      return;
    }
    lastHeardNanos = now;
    Path from = known ? path : adopt(path, addressHi, addressLo, port);
    if (from == null) {
      context.counters.drop(Drop.BAD_STUN);
      return;
    }
    send(from, answer, 0, answerLength);
    if (selected == null || IceLiteAgent.isNominated(result)) {
      select(from);
    }
  }

  /** A DTLS datagram from one of this transport's paths. */
  public final void onDtls(MemorySegment segment, long offset, int length) {
    byte[] datagram = segment.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    if (dtls != null) {
      dtls.receive(datagram);
    } else if (early.size() < MAX_EARLY && !closed) {
      early.add(datagram);
    } else {
      context.counters.drop(Drop.UNEXPECTED);
    }
  }

  /** An SRTP packet from one of this transport's paths. */
  public abstract void onRtp(MemorySegment segment, long offset, int length);

  @Override
  protected final long onTimer(long nowNanos) {
    try {
      return onDue(nowNanos);
    } catch (RuntimeException e) {
      failed(e);
      return Long.MAX_VALUE;
    }
  }

  /** Its time has come. Returns the next deadline, or {@link Long#MAX_VALUE} for none. */
  protected abstract long onDue(long nowNanos);

  /** A defect of ours met it. It may cost one client its transport, never the others theirs. */
  public final void failed(RuntimeException defect) {
    LOG.error("transport {} of channel {} ends by a defect", id(), channelId(), defect);
    end(Reason.INTERNAL_ERROR);
  }

  /** A compound RTCP packet, decrypted. */
  protected abstract void onRtcpPlain(MemorySegment segment, long offset, int length);

  /** An SRTCP packet from one of this transport's paths; decrypted where it stands. */
  public final void onRtcp(MemorySegment segment, long offset, int length) {
    if (srtpReceiver == null || closed) {
      context.counters.drop(Drop.UNEXPECTED);
      return;
    }
    if (!rtcpPolicer.accept(length, context.nowNanos())) {
      context.counters.drop(Drop.OVER_LIMIT);
      return;
    }
    int plain = srtpReceiver.unprotectRtcp(segment, offset, length);
    if (plain < 0) {
      countSrtpError(plain);
      return;
    }
    heard();
    onRtcpPlain(segment, offset, plain);
  }

  /** Decrypts an RTP packet from {@code source} to {@code target}. Returns its length, or -1 when it was dropped. */
  protected final int unprotect(
      MemorySegment source, long offset, int length, int headerLength, MemorySegment target, long targetOffset) {
    if (srtpReceiver == null || closed) {
      context.counters.drop(Drop.UNEXPECTED);
      return -1;
    }
    int plain = srtpReceiver.unprotectRtp(source, offset, length, headerLength, target, targetOffset);
    if (plain < 0) {
      countSrtpError(plain);
      return -1;
    }
    heard();
    return plain;
  }

  /** Whether the client was heard so lately that it is surely still there. */
  public final boolean isAlive() {
    return ice.wasHeard() && !closed && context.nowNanos() - lastHeardNanos < ALIVE_NANOS;
  }

  private void heard() {
    lastHeardNanos = context.nowNanos();
  }

  private void countSrtpError(int error) {
    context.counters.drop(
        switch (error) {
          case SrtpError.REPLAY -> Drop.REPLAYED;
          case SrtpError.AUTH_FAILED -> Drop.UNAUTHENTIC;
          case SrtpError.TOO_MANY_STREAMS -> Drop.UNKNOWN_STREAM;
          default -> Drop.MALFORMED;
        });
  }

  // -- paths ---------------------------------------------------------------------------------------------------------

  /** Takes a path that has proven to be this client's; null if it is somebody else's who is alive. */
  private Path adopt(Path tcp, long addressHi, long addressLo, int port) {
    Path path;
    if (tcp != null && tcp.isTcp()) {
      if (tcp.attachment() != null) {
        return null;
      }
      path = tcp;
      path.attach(this);
    } else {
      path = host.register(addressHi, addressLo, port, this);
      if (path == null) {
        return null;
      }
    }
    if (pathCount == MAX_PATHS) {
      forget(paths[0] == selected ? paths[1] : paths[0]);
    }
    paths[pathCount++] = path;
    return path;
  }

  private void select(Path path) {
    if (selected == path) {
      return;
    }
    selected = path;
    startDtls();
  }

  /** A path is gone: the TCP connection ended, or another transport took the address over. */
  public final void onPathClosed(Path path) {
    remove(path);
    if (selected == path) {
      selected = pathCount > 0 ? paths[pathCount - 1] : null;
    }
  }

  private void forget(Path path) {
    remove(path);
    release(path);
  }

  private void release(Path path) {
    if (!path.isTcp()) {
      host.unregister(path);
    }
    path.close();
  }

  private void remove(Path path) {
    for (int i = 0; i < pathCount; i++) {
      if (paths[i] == path) {
        System.arraycopy(paths, i + 1, paths, i, pathCount - i - 1);
        paths[--pathCount] = null;
        return;
      }
    }
  }

  // -- DTLS ----------------------------------------------------------------------------------------------------------

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
    if (remote == null || selected == null || dtls != null || closed) {
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
    if (selected != null && !selected.isClosed()) {
      send(selected, MemorySegment.ofArray(datagram), 0, datagram.length);
    }
  }

  private void connected(SrtpKeys keys) {
    if (closed) {
      return;
    }
    srtpSender = context.crypto.sender(keys.profile(), keys.localKey(), keys.localSalt());
    srtpReceiver = context.crypto.receiver(keys.profile(), keys.remoteKey(), keys.remoteSalt());
    LOG.debug("transport {} of channel {} connected, {}", id(), channelId(), keys.profile());
    onConnected();
    tellOwner(new MediaEvent.TransportConnected(id()));
  }

  /** SRTP is ready in both directions. */
  protected abstract void onConnected();

  // -- out -----------------------------------------------------------------------------------------------------------

  /** Copies a small packet (STUN, DTLS) out to a path. */
  private void send(Path path, MemorySegment segment, long offset, int length) {
    long at = context.io.reserve(path, length);
    if (at >= 0) {
      MemorySegment.copy(segment, offset, context.io.outBuffer(), at, length);
      context.io.commit(length);
    }
  }

  /** Where an RTCP packet of up to {@code maxLength} bytes can be written in the out buffer, or -1. */
  protected final long reserveRtcp(int maxLength) {
    return selected == null || srtp() == null
        ? -1
        : context.io.reserve(selected, maxLength + SrtpSender.MAX_OVERHEAD);
  }

  /** Protects and sends the RTCP packet at the offset reserved last. */
  protected final void commitRtcp(long offset, int length) {
    int total = srtpSender.protectRtcp(context.io.outBuffer(), offset, length);
    context.io.commit(total);
    context.counters.packetsOut++;
    context.counters.bytesOut += total;
  }

  // -- life ----------------------------------------------------------------------------------------------------------

  /** Ends the transport if it has not heard of its client for too long. Returns when to look again. */
  protected final long checkConsent(long nowNanos) {
    if (!ice.wasHeard()) {
      // A client begins with a transport when it has something to send or to receive on it, maybe never.
      return nowNanos + CONSENT_NANOS;
    }
    long deadline = lastHeardNanos + CONSENT_NANOS;
    if (nowNanos >= deadline) {
      end(Reason.CONSENT_EXPIRED);
      return Long.MAX_VALUE;
    }
    return deadline;
  }

  /** Ends by itself, for a reason that the owner learns. */
  public final void end(Reason reason) {
    if (!closed) {
      close();
      tellOwner(new MediaEvent.TransportClosed(id(), reason));
      host.ended(this);
    }
  }

  /** Releases all it has. The owner is not told: it asked for it. */
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    context.timers.cancel(this);
    for (int i = 0; i < pathCount; i++) {
      if (paths[i] != selected) {
        release(paths[i]);
      }
      paths[i] = null;
    }
    pathCount = 0;
    if (dtls != null) {
      dtls.close();
    }
    if (selected != null) {
      context.timers.schedule(new Farewell(), context.nowNanos() + FAREWELL_NANOS);
      if (!selected.isTcp()) {
        host.unregister(selected);
      }
      selected.attach(null);
    }
    if (srtpSender != null) {
      srtpSender.close();
      srtpReceiver.close();
    }
  }

  /** DTLS says goodbye on its own thread; until then the way to the client stays open. */
  private final class Farewell extends TimerHeap.Timed {
    @Override
    protected long onTimer(long nowNanos) {
      selected.close();
      selected = null;
      return Long.MAX_VALUE;
    }
  }
}
