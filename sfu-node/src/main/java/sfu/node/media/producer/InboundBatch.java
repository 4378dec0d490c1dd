package sfu.node.media.producer;

/**
 * The packets of one turn of the loop, in the order in which they came. They are handed to the subscribers together at
 * the turn's end, so that each viewer gets its share in one run: that is what makes segmentation offload possible.
 */
public final class InboundBatch {
  private static final int CAPACITY = 512;

  private final InboundPacket[] packets = new InboundPacket[CAPACITY];
  private final ProducerStream[] touched = new ProducerStream[CAPACITY];
  private final FrameEqualizer equalizer = new FrameEqualizer(CAPACITY);
  private final Runnable whenFull;
  private int size;
  private int touchedCount;

  /** {@code whenFull} must distribute the batch, so that it is empty again. */
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
      if (touchedCount == CAPACITY) {
        whenFull.run();
      }
      stream.touched = true;
      touched[touchedCount++] = stream;
    }
  }

  /** Hands each packet to its producer's subscribers. */
  public void distribute() {
    equalizer.equalize(packets, size);
    for (int i = 0; i < size; i++) {
      InboundPacket packet = packets[i];
      packet.stream.producer().deliver(packet);
    }
  }

  /** The packets were sent on: forgets them and lets histories move. */
  public void end() {
    for (int i = 0; i < touchedCount; i++) {
      touched[i].endBatch();
      touched[i] = null;
    }
    touchedCount = 0;
    for (int i = 0; i < size; i++) {
      packets[i].stream = null;
      packets[i].segment = null;
    }
    size = 0;
  }

  public boolean isEmpty() {
    return touchedCount == 0;
  }
}
