package sfu.node.media.transport;

import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import sfu.node.media.io.Path;
import sfu.protocol.ice.IceLiteAgent;
import sfu.protocol.ortc.IceParameters;
import sfu.protocol.srtp.SrtpError;
import sfu.protocol.srtp.SrtpReceiver;
import sfu.protocol.srtp.SrtpSender;
import sfu.protocol.stream.TokenPolicer;

/**
 * A secured way to one peer: the addresses that have proven to be the peer's (RFC 8445), SRTP in both directions (RFC
 * 3711, RFC 7714), and whether the peer is still there. Where the keys come from and what is carried is its subclass's
 * matter.
 *
 * <p>Confined to the loop's thread. Bad input is counted and dropped.
 */
public abstract class Transport extends TimerHeap.Timed {
  /** Addresses that a peer may use at a time: a client's candidates over UDP and TCP while it is choosing. */
  private static final int MAX_PATHS = 4;

  /**
   * A peer that was heard within this keeps its address, whoever else claims it: checks are at most 6 s apart (RFC
   * 7675, 5.1).
   */
  private static final long ALIVE_NANOS = 7_000_000_000L;

  private static final SecureRandom RANDOM = new SecureRandom();

  protected final LoopContext context;
  private final String id;
  private final TransportHost host;
  private final IceParameters iceParameters;
  private final IceLiteAgent ice;
  private final Path[] paths = new Path[MAX_PATHS];
  private int pathCount;
  private Path selected;
  private final TokenPolicer rtcpPolicer;
  private SrtpSender srtpSender;
  private SrtpReceiver srtpReceiver;
  private boolean heard;
  private long lastHeardNanos;
  private boolean closed;

  /** {@code maxRtcpBps}: RTCP that the peer may send, in bit/s. */
  protected Transport(LoopContext context, String id, TransportHost host, long maxRtcpBps) {
    this.context = context;
    this.id = id;
    this.host = host;
    this.iceParameters = IceLiteAgent.generate(RANDOM);
    this.ice = new IceLiteAgent(iceParameters.usernameFragment(), iceParameters.password());
    this.rtcpPolicer = new TokenPolicer(maxRtcpBps);
    this.lastHeardNanos = context.nowNanos();
  }

  public final String id() {
    return id;
  }

  /** What this end is called and proven by towards the peer. */
  public final IceParameters iceParameters() {
    return iceParameters;
  }

  /** Whether there are keys, so that media can flow once there is a way. */
  public final boolean isConnected() {
    return srtpSender != null && !closed;
  }

  public final boolean isClosed() {
    return closed;
  }

  protected final TransportHost host() {
    return host;
  }

  /** Where packets to the peer go; null as long as no address was authenticated. */
  protected final Path selectedPath() {
    return selected;
  }

  /** Null as long as, or once, nothing can be sent. */
  protected final SrtpSender srtp() {
    return closed ? null : srtpSender;
  }

  /** SRTP begins, in both directions; from here on both are this transport's to close. */
  protected final void secure(SrtpSender sender, SrtpReceiver receiver) {
    srtpSender = sender;
    srtpReceiver = receiver;
  }

  // -- in ------------------------------------------------------------------------------------------------------------

  /**
   * A STUN request that names this transport. {@code path} is where it came from if that is a TCP connection or an
   * address known already, else null and the address counts.
   */
  public final void onStun(
      Path path, MemorySegment segment, long offset, int length, long addressHi, long addressLo, int port) {
    MemorySegment answer = context.scratch;
    int result =
        ice.onRequest(segment, offset, length, addressHi, addressLo, port, answer, 0, context.nowNanos());
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
    Path from = onCheck(known ? path : null, path, addressHi, addressLo, port, IceLiteAgent.isNominated(result));
    if (from == null) {
      context.counters.drop(Drop.BAD_STUN);
    } else {
      send(from, answer, 0, answerLength);
    }
  }

  /**
   * A check by somebody who knows the password, or a copy of one. {@code known} is its path if it is one of this
   * transport's, {@code path} that of {@link #onStun}. Returns where the answer, which lies in the scratch, is to go,
   * null for nowhere.
   */
  protected abstract Path onCheck(
      Path known, Path path, long addressHi, long addressLo, int port, boolean nominated);

  /** A DTLS datagram from one of this transport's paths. */
  public abstract void onDtls(MemorySegment segment, long offset, int length);

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

  /** A defect of ours met it. It may cost one peer its transport, never the others theirs. */
  public abstract void failed(RuntimeException defect);

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
    context.counters.packetsIn++;
    context.counters.bytesIn += plain;
    onRtcpPlain(segment, offset, plain);
  }

  /** Decrypts an RTP packet from {@code source} to {@code target}. Returns its length, or -1 when it was dropped. */
  public final int unprotect(
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

  /** Whether the peer was heard so lately that it is surely still there. */
  public final boolean isAlive() {
    return heard && !closed && context.nowNanos() - lastHeardNanos < ALIVE_NANOS;
  }

  /** Whether it may have an address that is another's who is alive: source addresses can be forged. */
  public boolean outranks(Transport other) {
    return false;
  }

  /** Whether the peer was ever heard. */
  protected final boolean wasHeard() {
    return heard;
  }

  /** When it was heard last; if never, when this transport was made. */
  protected final long lastHeardNanos() {
    return lastHeardNanos;
  }

  /** Something came that only the peer can have sent, and not before. */
  protected final void heard() {
    heard = true;
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

  /** Takes a path that has proven to be this peer's; null if it is somebody else's who is alive. */
  protected final Path adopt(Path tcp, long addressHi, long addressLo, int port) {
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

  /** From now on packets go there. */
  protected final void select(Path path) {
    if (selected != path) {
      selected = path;
      onSelected();
    }
  }

  /** Packets go another way than before, or have one at last. */
  protected void onSelected() {}

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

  // -- out -----------------------------------------------------------------------------------------------------------

  /** Copies a small packet (STUN, DTLS) out to a path. */
  protected final void send(Path path, MemorySegment segment, long offset, int length) {
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

  /** Releases all it has. Nobody is told: whoever calls it knows. */
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
    if (selected != null) {
      if (!selected.isTcp()) {
        host.unregister(selected);
      }
      selected.attach(null);
      onParting();
    }
    if (srtpSender != null) {
      srtpSender.close();
      srtpReceiver.close();
    }
  }

  /** It is closed, but for the selected path, which {@link #part} is to end now or a little later. */
  protected abstract void onParting();

  /** Ends the last path. */
  protected final void part() {
    selected.close();
    selected = null;
  }
}
