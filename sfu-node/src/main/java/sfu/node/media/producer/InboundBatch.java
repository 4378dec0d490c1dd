package sfu.node.media.producer;

import java.util.Arrays;

/**
 * The packets of one turn of the loop, in the order in which they came. They are handed to the subscribers together at
 * the turn's end, so that each viewer gets its share in one run: that is what makes segmentation offload possible.
 *
 * <p>A browser sends a frame packet by packet, some 20 µs apart, which is more than a turn takes while there is little
 * to do. So the packets of a frame whose last has not come may wait for it, over turns: nobody can decode a part of a
 * frame, and the whole of it reaches the viewers no later, since one message costs less than several. Voices never wait.
 */
public final class InboundBatch {
  /** {@link #deadlineNanos}: nothing waits. */
  public static final long NO_DEADLINE = Long.MAX_VALUE;

  private static final int CAPACITY = 512;

  private final InboundPacket[] packets = new InboundPacket[CAPACITY];
  private final InboundPacket[] waiting = new InboundPacket[CAPACITY];
  private ProducerStream[] touched = new ProducerStream[CAPACITY];
  private final FrameEqualizer equalizer = new FrameEqualizer(CAPACITY);
  private final Runnable whenFull;
  private int size;
  private int touchedCount;

  /** So many packets from the first on are distributed; the others wait. */
  private int distributed;

  /** So many from the first on were there before this turn. */
  private int waited;

  private long deadlineNanos = NO_DEADLINE;

  /** {@code whenFull} must distribute all of the batch and end it, so that it is empty again. */
  public InboundBatch(Runnable whenFull) {
    this.whenFull = whenFull;
    for (int i = 0; i < CAPACITY; i++) {
      packets[i] = new InboundPacket();
    }
  }

  /** The next packet to fill; it counts once {@link #add} is called. */
  InboundPacket next() {
    if (size == CAPACITY) {
      whenFull.run();
    }
    return packets[size];
  }

  /** Takes the packet that {@link #next} gave into the batch. */
  void add() {
    size++;
  }

  /** Notes that a stream's history is in use until the batch ends. */
  void touch(ProducerStream stream) {
    if (!stream.touched) {
      if (touchedCount == touched.length) {
        touched = Arrays.copyOf(touched, 2 * touchedCount);
      }
      stream.touched = true;
      touched[touchedCount++] = stream;
    }
  }

  /**
   * Hands each packet to its producer's subscribers, but for those of frames that are worth waiting for.
   *
   * @param patienceNanos how long a packet waits for the last of its frame at most; 0 if none is to wait
   */
  public void distribute(long nowNanos, long patienceNanos) {
    separate(nowNanos, patienceNanos);
    deliver();
  }

  /** Hands each packet to its producer's subscribers, whatever it waited for. */
  public void distributeAll() {
    separate(0, 0);
    deliver();
  }

  private void deliver() {
    equalizer.equalize(packets, distributed);
    for (int i = 0; i < distributed; i++) {
      InboundPacket packet = packets[i];
      packet.stream.producer().deliver(packet);
    }
  }

  /** Brings those that wait behind those that don't, in their order. */
  private void separate(long nowNanos, long patience) {
    distributed = size;
    deadlineNanos = NO_DEADLINE;
    if (patience > 0) {
      for (int i = waited; i < size; i++) {
        packets[i].stream.frame.follow(packets[i], nowNanos, patience);
      }
    }
    for (int i = 0; i < touchedCount; i++) {
      touched[i].waitsNoMore();
    }
    if (patience == 0) {
      return;
    }
    int waits = 0;
    int goes = 0;
    for (int i = 0; i < size; i++) {
      InboundPacket packet = packets[i];
      ProducerStream stream = packet.stream;
      long until = stream.frame.waitsUntil(packet, patience);
      if (until > nowNanos && !stream.producer().isClosed()) {
        stream.waits(packet);
        deadlineNanos = Math.min(deadlineNanos, until);
        waiting[waits++] = packet;
      } else {
        packets[goes++] = packet;
      }
    }
    System.arraycopy(waiting, 0, packets, goes, waits);
    distributed = goes;
  }

  /** What was distributed was sent on: forgets it and lets histories move, but for those that something waits in. */
  public void end() {
    int kept = 0;
    for (int i = 0; i < touchedCount; i++) {
      ProducerStream stream = touched[i];
      if (stream.isWaiting()) {
        touched[kept++] = stream;
      } else {
        stream.endBatch();
      }
    }
    for (int i = kept; i < touchedCount; i++) {
      touched[i] = null;
    }
    touchedCount = kept;
    for (int i = 0; i < distributed; i++) {
      packets[i].stream = null;
      packets[i].segment = null;
    }
    for (int i = distributed; i < size; i++) {
      InboundPacket free = packets[i - distributed];
      packets[i - distributed] = packets[i];
      packets[i] = free;
    }
    size -= distributed;
    waited = size;
    distributed = 0;
  }

  public boolean isEmpty() {
    return touchedCount == 0;
  }

  /** When it is to be distributed though frames are incomplete, or {@link #NO_DEADLINE}. */
  public long deadlineNanos() {
    return deadlineNanos;
  }
}
