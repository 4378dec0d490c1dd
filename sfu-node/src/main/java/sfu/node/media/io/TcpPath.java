package sfu.node.media.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A TCP connection: what came of an unfinished frame, what is still to be written, and whole frames or none. */
abstract sealed class TcpPath extends Path permits LinuxTcpPath, NioTcpPath {

  private static final int FIRST_PARTIAL_BYTES = 256;
  private static final byte[] NONE = new byte[0];

  private final NetIo io;
  private final IoStats stats;
  private final SendQueue queue;
  private byte[] partial = NONE;
  private int partialLength;
  /** A write failed: nothing more leaves, and the next read tells the end. */
  private boolean broken;

  TcpPath(NetIo io, SendQueue.Budget budget, long addressHi, long addressLo, int port) {
    super(addressHi, addressLo, port, System.nanoTime());
    this.io = io;
    this.stats = io.stats();
    this.queue = new SendQueue(budget);
  }

  /** Reads what is there, up to {@code length}: the number of bytes, 0 for nothing yet, -1 for the end or an error. */
  abstract int read(MemorySegment into, long offset, int length);

  /** Writes what the socket takes: the number of bytes, maybe 0, or -1 for an error. */
  abstract int write(MemorySegment from, long offset, int length);

  /** Whether to be told, by {@link #writable}, when the socket takes bytes again. */
  abstract void awaitWritable(boolean await);

  @Override
  public final boolean isTcp() {
    return true;
  }

  @Override
  protected final void beforeClose() {
    io.flush();
  }

  @Override
  protected void release() {
    queue.clear();
    partial = NONE;
    stats.increment(IoStats.Counter.TCP_CLOSED);
  }

  int partialLength() {
    return partialLength;
  }

  /** Puts the beginning of a frame, kept from the last read, before what the next read brings. */
  void takePartial(MemorySegment into, long offset) {
    MemorySegment.copy(partial, 0, into, ValueLayout.JAVA_BYTE, offset, partialLength);
    partialLength = 0;
  }

  void keepPartial(MemorySegment from, long offset, int length) {
    if (length > partial.length) {
      int most = FrameLength.BYTES + NetIo.MAX_PACKET_BYTES;
      partial = new byte[length <= FIRST_PARTIAL_BYTES ? FIRST_PARTIAL_BYTES : most];
    }
    MemorySegment.copy(from, ValueLayout.JAVA_BYTE, offset, partial, 0, length);
    partialLength = length;
  }

  /** Sends consecutive frames, lengths included: what the socket doesn't take is queued, over the bound dropped. */
  void send(MemorySegment frames, long offset, int length) {
    int written = 0;
    if (!broken && queue.isEmpty()) {
      written = write(frames, offset, length);
      if (written < 0) {
        broken = true;
        written = 0;
      }
    }
    int sent = 0;
    for (int at = 0; at < length; ) {
      int end = at + FrameLength.BYTES + FrameLength.get(frames, offset + at);
      int from = Math.max(at, written);
      boolean taken = from >= end || (!broken && queue.offer(frames, offset + from, end - from, from > at));
      if (taken) {
        sent++;
        stats.add(IoStats.Counter.TCP_BYTES_OUT, end - at);
      } else {
        stats.increment(IoStats.Counter.TCP_FRAMES_DROPPED);
      }
      at = end;
    }
    stats.add(IoStats.Counter.TCP_FRAMES_OUT, sent);
    if (!queue.isEmpty()) {
      awaitWritable(true);
    }
  }

  /** Writes what is queued, by way of {@code scratch}. */
  void writable(MemorySegment scratch) {
    while (!broken && !queue.isEmpty()) {
      int length = queue.peek(scratch);
      int written = write(scratch, 0, length);
      broken = written < 0;
      if (!broken) {
        queue.consume(written);
      }
      if (written < length) {
        break;
      }
    }
    if (broken) {
      queue.clear();
    }
    if (queue.isEmpty()) {
      awaitWritable(false);
    }
  }
}
