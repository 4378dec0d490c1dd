package sfu.node.media.transport;

import java.util.Arrays;

/**
 * The timers of one loop: a binary heap by deadline in which each timer knows its place, so that moving one costs
 * O(log n) and asking for the next costs nothing. The JDK's PriorityQueue finds an element only by looking at all.
 *
 * <p>Confined to the loop's thread. Times are nanoseconds of the loop's monotonic clock.
 */
public final class TimerHeap {
  /** Something with one timer. Extend it; the heap keeps its bookkeeping in it. */
  public abstract static class Timed {
    private long deadlineNanos;
    private int slot = -1;

    /** Its time has come. Returns the next deadline, or {@link Long#MAX_VALUE} for none. */
    protected abstract long onTimer(long nowNanos);
  }

  /** Half a per cent of what recurs every second, and little beside a frame's 33 ms. */
  private static final long GRID_NANOS = 5_000_000L;

  private Timed[] heap = new Timed[64];
  private int size;

  /**
   * A deadline that may be up to 5 ms later than this one: for reports and the like, so that those of hundreds of
   * clients don't wake the loop hundreds of times.
   */
  public static long coarse(long deadlineNanos) {
    return deadlineNanos > Long.MAX_VALUE - GRID_NANOS
        ? deadlineNanos
        : Math.ceilDiv(deadlineNanos, GRID_NANOS) * GRID_NANOS;
  }

  /** The earliest deadline, {@link Long#MAX_VALUE} when there is none. */
  public long nextDeadlineNanos() {
    return size == 0 ? Long.MAX_VALUE : heap[0].deadlineNanos;
  }

  /** Sets the timer of {@code timed}, whether it had one or not. */
  public void schedule(Timed timed, long deadlineNanos) {
    if (deadlineNanos == Long.MAX_VALUE) {
      cancel(timed);
      return;
    }
    if (timed.slot < 0) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, size * 2);
      }
      place(timed, size++);
      timed.deadlineNanos = deadlineNanos;
      siftUp(timed);
      return;
    }
    timed.deadlineNanos = deadlineNanos;
    siftUp(timed);
    siftDown(timed);
  }

  /** Sets the timer only if it is thereby earlier than it was. */
  public void scheduleEarlier(Timed timed, long deadlineNanos) {
    if (timed.slot < 0 || deadlineNanos < timed.deadlineNanos) {
      schedule(timed, deadlineNanos);
    }
  }

  /** Takes the timer away; nothing happens if there is none. */
  public void cancel(Timed timed) {
    int slot = timed.slot;
    if (slot < 0) {
      return;
    }
    timed.slot = -1;
    Timed last = heap[--size];
    heap[size] = null;
    if (last != timed) {
      place(last, slot);
      siftUp(last);
      siftDown(last);
    }
  }

  /** Runs what is due; a timer that sets itself again for the past runs at the next call. */
  public void runDue(long nowNanos) {
    for (int budget = size; budget > 0 && size > 0 && heap[0].deadlineNanos <= nowNanos; budget--) {
      Timed timed = heap[0];
      cancel(timed);
      long next = timed.onTimer(nowNanos);
      if (next != Long.MAX_VALUE) {
        scheduleEarlier(timed, next);
      }
    }
  }

  private void place(Timed timed, int slot) {
    heap[slot] = timed;
    timed.slot = slot;
  }

  private void siftUp(Timed timed) {
    int slot = timed.slot;
    while (slot > 0) {
      Timed parent = heap[(slot - 1) >>> 1];
      if (parent.deadlineNanos <= timed.deadlineNanos) {
        break;
      }
      int up = parent.slot;
      place(parent, slot);
      slot = up;
    }
    place(timed, slot);
  }

  private void siftDown(Timed timed) {
    int slot = timed.slot;
    while (true) {
      int child = 2 * slot + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && heap[child + 1].deadlineNanos < heap[child].deadlineNanos) {
        child++;
      }
      if (heap[child].deadlineNanos >= timed.deadlineNanos) {
        break;
      }
      place(heap[child], slot);
      slot = child;
    }
    place(timed, slot);
  }
}
