package sfu.node.media.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Bytes that a TCP connection's socket did not take yet: a ring that grows to a bound and goes when it is empty. */
final class SendQueue {

  /** About a second of a call: what waits longer is better dropped. */
  static final int MAX_BYTES = 256 * 1024;

  private static final int FIRST_BYTES = 16 * 1024;
  private static final byte[] NONE = new byte[0];

  /** What all queues of a worker may hold together. */
  static final class Budget {
    private long freeBytes;

    Budget(long bytes) {
      freeBytes = bytes;
    }
  }

  private final Budget budget;
  private byte[] ring = NONE;
  private int head;
  private int size;

  SendQueue(Budget budget) {
    this.budget = budget;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /**
   * Takes all of it or nothing.
   *
   * @param mustKeep the rest of a frame of which the peer has the beginning: taken into an empty queue whatever the
   *     budget says
   */
  boolean offer(MemorySegment segment, long offset, int length, boolean mustKeep) {
    if (size + length > MAX_BYTES || (!mustKeep && length > budget.freeBytes)) {
      return false;
    }
    if (size + length > ring.length) {
      grow(size + length);
    }
    int tail = (head + size) % ring.length;
    int first = Math.min(length, ring.length - tail);
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, ring, tail, first);
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset + first, ring, 0, length - first);
    size += length;
    budget.freeBytes -= length;
    return true;
  }

  /** Copies the oldest bytes, as many as there are in one piece and fit, without taking them out. */
  int peek(MemorySegment into) {
    int length = (int) Math.min(Math.min(size, ring.length - head), into.byteSize());
    MemorySegment.copy(ring, head, into, ValueLayout.JAVA_BYTE, 0, length);
    return length;
  }

  void consume(int length) {
    size -= length;
    budget.freeBytes += length;
    if (size == 0) {
      head = 0;
      ring = ring.length > FIRST_BYTES ? NONE : ring;
    } else {
      head = (head + length) % ring.length;
    }
  }

  void clear() {
    consume(size);
    ring = NONE;
  }

  private void grow(int needed) {
    int capacity = Math.max(ring.length, FIRST_BYTES);
    while (capacity < needed) {
      capacity *= 2;
    }
    byte[] grown = new byte[capacity];
    int first = Math.min(size, ring.length - head);
    System.arraycopy(ring, head, grown, 0, first);
    System.arraycopy(ring, 0, grown, first, size - first);
    ring = grown;
    head = 0;
  }
}
