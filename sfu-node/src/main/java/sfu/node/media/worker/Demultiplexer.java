package sfu.node.media.worker;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.agrona.collections.Int2ObjectHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.media.io.NetIo;
import sfu.node.media.io.Path;
import sfu.node.media.io.PathTable;
import sfu.node.media.producer.InboundBatch;
import sfu.node.media.relay.RelayTransport;
import sfu.node.media.transport.Drop;
import sfu.node.media.transport.LoopContext;
import sfu.node.media.transport.SendRun;
import sfu.node.media.transport.Transport;
import sfu.node.media.transport.WebRtcTransport;
import sfu.protocol.ice.IceLiteAgent;
import sfu.protocol.rtcp.Rtcp;
import sfu.protocol.stun.Stun;
import sfu.protocol.stun.StunReader;

/**
 * Finds the transport of each packet: by remote address, and for an address that is new by the ICE user name in its STUN
 * request. What kind of packet it is, its first byte says (RFC 7983). At the end of a batch, sends on what was received.
 */
final class Demultiplexer implements NetIo.Handler {
  /** A TCP connection that has not authenticated by then is closed. */
  private static final long TCP_GRACE_NANOS = 5_000_000_000L;

  /** What ten packets of a browser take, and a fifth of a millisecond is nothing that a call would feel. */
  private static final long PATIENCE_NANOS = 200_000;

  private static final long ASLEEP = Long.MIN_VALUE;
  private static final Logger LOG = LoggerFactory.getLogger(Demultiplexer.class);

  private final LoopContext context;
  private final LongSupplier clock;
  private final PathTable<Path> paths = new PathTable<>();
  private final Map<String, Transport> byUsernameFragment = new HashMap<>();
  private final Int2ObjectHashMap<RelayTransport> byTransaction = new Int2ObjectHashMap<>();
  private final UnauthenticatedPaths unauthenticated = new UnauthenticatedPaths(TCP_GRACE_NANOS);
  private final SendRun run = new SendRun();
  private final InboundBatch batch = new InboundBatch(this::sendAll);
  private final StunReader stun = new StunReader();
  private boolean clockIsFresh;
  private long wokenNanos = ASLEEP;

  Demultiplexer(LoopContext context, LongSupplier clock) {
    this.context = context;
    this.clock = clock;
  }

  InboundBatch batch() {
    return batch;
  }

  SendRun run() {
    return run;
  }

  void add(WebRtcTransport transport) {
    byUsernameFragment.put(transport.iceParameters().usernameFragment(), transport);
  }

  void remove(WebRtcTransport transport) {
    byUsernameFragment.remove(transport.iceParameters().usernameFragment());
  }

  void add(RelayTransport link) {
    byUsernameFragment.put(link.iceParameters().usernameFragment(), link);
    byTransaction.put(link.transactionHi(), link);
  }

  void remove(RelayTransport link) {
    byUsernameFragment.remove(link.iceParameters().usernameFragment());
    byTransaction.remove(link.transactionHi(), link);
  }

  // -- in ------------------------------------------------------------------------------------------------------------

  @Override
  public void onDatagram(
      MemorySegment segment, long offset, int length, long addressHi, long addressLo, int port) {
    freshenClock();
    dispatch(paths.get(addressHi, addressLo, port), segment, offset, length, addressHi, addressLo, port);
  }

  @Override
  public void onTcpFrame(Path path, MemorySegment segment, long offset, int length) {
    freshenClock();
    dispatch(path, segment, offset, length, path.addressHi(), path.addressLo(), path.port());
  }

  private void dispatch(
      Path path, MemorySegment segment, long offset, int length, long addressHi, long addressLo, int port) {
    Transport transport = path == null ? null : (Transport) path.attachment();
    try {
      int first = length == 0 ? -1 : segment.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
      if (first >= 0 && first <= 3) {
        onStun(path, segment, offset, length, addressHi, addressLo, port);
      } else if (first < 20 || first > 191 || (first > 63 && first < 128)) {
        context.counters.drop(Drop.NOT_OURS);
      } else if (transport == null) {
        context.counters.drop(Drop.UNKNOWN_SENDER);
      } else if (first <= 63) {
        transport.onDtls(segment, offset, length);
      } else if (Rtcp.looksLike(segment, offset, length)) {
        transport.onRtcp(segment, offset, length);
      } else {
        transport.onRtp(segment, offset, length);
      }
    } catch (RuntimeException e) {
      if (transport != null) {
        transport.failed(e);
      } else {
        LOG.error("worker: a packet could not be handled", e);
      }
    }
  }

  private void onStun(
      Path path, MemorySegment segment, long offset, int length, long addressHi, long addressLo, int port) {
    if (!Stun.looksLike(segment, offset, length)) {
      context.counters.drop(Drop.NOT_OURS);
      return;
    }
    // By name first: an address may have passed from one transport to another.
    String username = IceLiteAgent.peekUsername(stun, segment, offset, length);
    if (username == null) {
      onStunAnswer(path, segment, offset, length, addressHi, addressLo, port);
      return;
    }
    Transport transport = byUsernameFragment.get(username);
    if (transport == null) {
      context.counters.drop(Drop.BAD_STUN);
      return;
    }
    transport.onStun(path, segment, offset, length, addressHi, addressLo, port);
  }

  /** Only links ask, so only they are answered. */
  private void onStunAnswer(
      Path path, MemorySegment segment, long offset, int length, long addressHi, long addressLo, int port) {
    RelayTransport link =
        stun.wrap(segment, offset, length) ? byTransaction.get(stun.transactionHi()) : null;
    if (link == null) {
      context.counters.drop(Drop.BAD_STUN);
    } else {
      link.onAnswer(path, segment, offset, length, addressHi, addressLo, port);
    }
  }

  @Override
  public void onTcpAccepted(Path path) {
    freshenClock();
    unauthenticated.add(path, context.nowNanos());
  }

  @Override
  public void onTcpClosed(Path path) {
    if (path.attachment() instanceof Transport transport) {
      transport.onPathClosed(path);
    }
  }

  /** Ends TCP connections that never authenticated. Returns when to look again. */
  long expireUnauthenticated(long nowNanos) {
    return unauthenticated.expire(nowNanos);
  }

  @Override
  public void onBatchEnd() {
    freshenClock();
    sendOn();
    clockIsFresh = false;
  }

  private void freshenClock() {
    if (!clockIsFresh) {
      long now = clock.getAsLong();
      context.nowNanos(now);
      clockIsFresh = true;
      if (wokenNanos == ASLEEP) {
        wokenNanos = now;
      }
    }
  }

  /** A wait begins. */
  void sleeping() {
    wokenNanos = ASLEEP;
  }

  /** When the wait ended, however many batches it brought: what comes after is work. */
  long wokenNanos() {
    return wokenNanos;
  }

  // -- out -----------------------------------------------------------------------------------------------------------

  private void sendOn() {
    run.allocate();
    if (!batch.isEmpty()) {
      try {
        batch.distribute(context.nowNanos(), context.io.joinsPackets() ? PATIENCE_NANOS : 0);
        run.flush();
      } finally {
        batch.end();
      }
    }
  }

  /** The batch is full: nothing can wait in it. */
  private void sendAll() {
    run.allocate();
    try {
      batch.distributeAll();
      run.flush();
    } finally {
      batch.end();
    }
  }

  /** When what waits for the rest of its frame is to be sent on, {@link Long#MAX_VALUE} if nothing waits. */
  long patienceEndsNanos() {
    return batch.deadlineNanos();
  }

  // -- paths ---------------------------------------------------------------------------------------------------------

  Path register(long addressHi, long addressLo, int port, Transport transport) {
    Path known = paths.get(addressHi, addressLo, port);
    if (known != null) {
      Transport before = (Transport) known.attachment();
      if (before.isAlive() && !transport.outranks(before)) {
        return null;
      }
      before.onPathClosed(known);
      known.attach(transport);
      return known;
    }
    Path path = context.io.udpPath(addressHi, addressLo, port);
    path.attach(transport);
    paths.put(addressHi, addressLo, port, path);
    return path;
  }

  void unregister(Path path) {
    paths.remove(path.addressHi(), path.addressLo(), path.port());
  }
}
