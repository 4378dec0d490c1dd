package sfu.node.media.consumer;

import java.util.Arrays;

/** The transports that have something to send at the end of this turn of the loop. */
public final class ConsumerRun {
  private ConsumerTransport[] transports = new ConsumerTransport[64];
  private int size;

  void add(ConsumerTransport transport) {
    if (size == transports.length) {
      transports = Arrays.copyOf(transports, size * 2);
    }
    transports[size++] = transport;
  }

  /** Lets each send: viewers outside, packets inside, so that each viewer's packets lie side by side. */
  public void flush() {
    for (int i = 0; i < size; i++) {
      transports[i].flush();
      transports[i] = null;
    }
    size = 0;
  }
}
