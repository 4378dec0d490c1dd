package sfu.node.media.io;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** An eventfd that other threads signal; a signal not yet seen by the loop stands for those that follow it. */
public final class WakeupEvent {

  private final int fd;
  private final LinuxCalls signalCalls = new LinuxCalls();
  private final MemorySegment one = Arena.ofAuto().allocate(8, 8);
  private final MemorySegment seen = Arena.ofAuto().allocate(8, 8);
  private volatile boolean signalled;
  private boolean closed;

  public WakeupEvent(int fd) {
    this.fd = fd;
    one.set(JAVA_LONG, 0, 1);
  }

  public void signal() {
    if (!signalled) {
      write();
    }
  }

  /** Locked against {@link #close}: a descriptor that is closed may be somebody else's a moment later. */
  private synchronized void write() {
    if (!signalled && !closed) {
      signalled = true;
      signalCalls.write(fd, one.address(), Long.BYTES);
    }
  }

  /** The loop has seen it. In this order: what a signal that comes in between announces is there already. */
  public void acknowledge(LinuxCalls calls) {
    calls.read(fd, seen.address(), Long.BYTES);
    signalled = false;
  }

  public synchronized void close() {
    closed = true;
  }
}
