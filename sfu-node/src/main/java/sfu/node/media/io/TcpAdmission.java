package sfu.node.media.io;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many TCP connections a worker takes, what they may queue, and when it has to stop accepting for a moment. */
final class TcpAdmission {

  static final int MAX_ACCEPTS_A_POLL = 64;

  /** What a connection may keep unsent in the kernel: more would be old when it leaves. */
  static final int UNSENT_BYTES = 128 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(TcpAdmission.class);
  private static final long QUEUED_BYTES = 32L * 1024 * 1024;
  private static final long PAUSE_NANOS = 100_000_000;

  private final IoStats stats;
  private final LongSupplier clockNanos;
  private final SendQueue.Budget budget = new SendQueue.Budget(QUEUED_BYTES);
  private boolean paused;
  private long resumesAtNanos;

  /** {@code clockNanos}: monotonic; read only around a pause. */
  TcpAdmission(IoStats stats, LongSupplier clockNanos) {
    this.stats = stats;
    this.clockNanos = clockNanos;
  }

  SendQueue.Budget budget() {
    return budget;
  }

  /** Whether another connection has a place; counts it as refused if not. */
  boolean admits() {
    long open = stats.get(IoStats.Counter.TCP_ACCEPTED) - stats.get(IoStats.Counter.TCP_CLOSED);
    if (open >= NetIo.MAX_TCP_CONNECTIONS) {
      stats.increment(IoStats.Counter.TCP_REFUSED);
      return false;
    }
    return true;
  }

  /**
   * Accepting failed for want of descriptors or memory. The connection stays in the kernel's queue, so a loop that
   * tried again at once would do nothing else.
   */
  void pause(String reason) {
    if (stats.get(IoStats.Counter.TCP_ACCEPT_PAUSES) == 0) {
      LOG.warn("can't accept TCP connections for media ({}): raise the limit of open files", reason);
    }
    stats.increment(IoStats.Counter.TCP_ACCEPT_PAUSES);
    paused = true;
    resumesAtNanos = clockNanos.getAsLong() + PAUSE_NANOS;
  }

  /** A poll's timeout, cut to the end of the pause. */
  long bound(long timeoutNanos) {
    return paused ? Math.min(timeoutNanos, Math.max(0, resumesAtNanos - clockNanos.getAsLong())) : timeoutNanos;
  }

  /** True once when the pause is over. */
  boolean resumes() {
    if (!paused || resumesAtNanos - clockNanos.getAsLong() > 0) {
      return false;
    }
    paused = false;
    return true;
  }
}
