package sfu.node.media.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Executor;
import sfu.node.media.io.NetIo;
import sfu.protocol.dtls.DtlsCertificate;
import sfu.protocol.srtp.SrtpCrypto;

/**
 * What the parts of one worker share. All of it belongs to the loop's thread, but for {@link #execute}, by which any
 * other thread hands work to it.
 */
public final class LoopContext implements Executor {
  /** Room for one packet with all that may be added to it. */
  public static final int SCRATCH_LENGTH = 4096;

  public final NetIo io;
  public final SrtpCrypto crypto;
  public final DtlsCertificate certificate;

  /** Runs DTLS handshakes: each blocks a thread while it waits and costs a millisecond of elliptic curves. */
  public final Executor handshakes;

  public final TimerHeap timers = new TimerHeap();
  public final WorkerCounters counters = new WorkerCounters();

  /** For a packet that is being built or has no place yet; whoever uses it is done with it on return. */
  public final MemorySegment scratch;

  private final Executor loop;
  private long nowNanos;

  public LoopContext(
      NetIo io, SrtpCrypto crypto, DtlsCertificate certificate, Executor handshakes, Executor loop, Arena arena) {
    this.io = io;
    this.crypto = crypto;
    this.certificate = certificate;
    this.handshakes = handshakes;
    this.loop = loop;
    this.scratch = arena.allocate(SCRATCH_LENGTH, 64);
  }

  /** The loop's cached monotonic clock, in nanoseconds: read once a turn. */
  public long nowNanos() {
    return nowNanos;
  }

  public void nowNanos(long nanos) {
    nowNanos = nanos;
  }

  /** Runs {@code task} on the loop's thread, soon. Any thread; dropped once the loop has ended. */
  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }
}
