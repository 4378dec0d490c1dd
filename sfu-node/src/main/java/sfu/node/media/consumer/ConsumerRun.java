package sfu.node.media.consumer;

import java.util.Arrays;

/** The transports that have something to do at the end of this turn of the loop. Confined to its thread. */
public final class ConsumerRun {
  private ConsumerTransport[] sending = new ConsumerTransport[64];
  private int sendingCount;
  private ConsumerTransport[] allocating = new ConsumerTransport[64];
  private int allocatingCount;

  void add(ConsumerTransport transport) {
    if (sendingCount == sending.length) {
      sending = Arrays.copyOf(sending, sendingCount * 2);
    }
    sending[sendingCount++] = transport;
  }

  void addAllocation(ConsumerTransport transport) {
    if (allocatingCount == allocating.length) {
      allocating = Arrays.copyOf(allocating, allocatingCount * 2);
    }
    allocating[allocatingCount++] = transport;
  }

  /**
   * Lets those choose their layers for which something changed. Before packets are offered: the first of a new layer is a
   * key frame's, which nobody is to miss.
   */
  public void allocate() {
    for (int i = 0; i < allocatingCount; i++) {
      ConsumerTransport transport = allocating[i];
      allocating[i] = null;
      try {
        transport.allocate();
      } catch (RuntimeException e) {
        transport.failed(e);
      }
    }
    allocatingCount = 0;
  }

  /** Lets each send: viewers outside, packets inside, so that each viewer's packets lie side by side. */
  public void flush() {
    for (int i = 0; i < sendingCount; i++) {
      ConsumerTransport transport = sending[i];
      sending[i] = null;
      try {
        transport.flush();
      } catch (RuntimeException e) {
        transport.failed(e);
      }
    }
    sendingCount = 0;
  }
}
