package sfu.node.media.producer;

import java.util.Arrays;

/**
 * What one transport took during a turn of the loop, to send it in one run at the end: packets, each with whom it is
 * for. Each packet of a batch comes once for each receiver, which bounds it. Confined to the loop's thread.
 *
 * @param <R> who receives
 */
public final class PacketQueue<R> {
  private static final int INITIAL_CAPACITY = 64;

  private Object[] receivers = new Object[INITIAL_CAPACITY];
  private InboundPacket[] packets = new InboundPacket[INITIAL_CAPACITY];
  private int size;

  public void add(R receiver, InboundPacket packet) {
    if (size == packets.length) {
      receivers = Arrays.copyOf(receivers, size * 2);
      packets = Arrays.copyOf(packets, size * 2);
    }
    receivers[size] = receiver;
    packets[size++] = packet;
  }

  public int size() {
    return size;
  }

  /** Null if it was forgotten. */
  @SuppressWarnings("unchecked") // Only add() puts something in.
  public R receiver(int index) {
    return (R) receivers[index];
  }

  public InboundPacket packet(int index) {
    return packets[index];
  }

  /** What waits for a receiver is for nobody any more. */
  public void forget(R receiver) {
    for (int i = 0; i < size; i++) {
      if (receivers[i] == receiver) {
        receivers[i] = null;
      }
    }
  }

  public void clear() {
    Arrays.fill(receivers, 0, size, null);
    Arrays.fill(packets, 0, size, null);
    size = 0;
  }
}
