package sfu.node.media.producer;

import java.util.Arrays;

/**
 * What one receiver took during a turn of the loop, to send it in one run at the end. Each packet of a batch comes once,
 * which bounds it. Confined to the loop's thread.
 */
public final class PacketQueue {
  private static final InboundPacket[] NOTHING = {};

  /** A frame's packets. */
  private static final int INITIAL_CAPACITY = 8;

  private InboundPacket[] packets = NOTHING;
  private int size;

  /** Returns whether it is the first. */
  public boolean add(InboundPacket packet) {
    if (size == packets.length) {
      packets = Arrays.copyOf(packets, Math.max(INITIAL_CAPACITY, 2 * size));
    }
    packets[size++] = packet;
    return size == 1;
  }

  public int size() {
    return size;
  }

  public InboundPacket packet(int index) {
    return packets[index];
  }

  public void clear() {
    Arrays.fill(packets, 0, size, null);
    size = 0;
  }
}
