package sfu.node.media.producer;

import sfu.protocol.ortc.MediaKind;

/** The frame of a stream that is arriving, as far as it is worth waiting for. Confined to the loop's thread. */
final class OpenFrame {
  private boolean open;
  private int timestamp;
  private long sinceNanos;
  private long lastNanos;
  private boolean slow;

  /** A packet of its stream came with this batch. */
  void follow(InboundPacket packet, long nowNanos, long patienceNanos) {
    if (packet.marker || packet.stream.producer().kind() != MediaKind.VIDEO) {
      open = false;
      timestamp = packet.timestamp;
    } else if (timestamp != packet.timestamp) {
      open = true;
      timestamp = packet.timestamp;
      sinceNanos = nowNanos;
      slow = false;
    } else if (open) {
      // Over a slow link each would wait for the next in vain.
      slow = nowNanos - lastNanos > patienceNanos;
      if (nowNanos - sinceNanos >= patienceNanos) {
        sinceNanos = nowNanos;
      }
    }
    lastNanos = nowNanos;
  }

  /** Until when a packet waits: for ever in the past if it is not of the frame that is arriving. */
  long waitsUntil(InboundPacket packet, long patienceNanos) {
    return open && !slow && timestamp == packet.timestamp ? sinceNanos + patienceNanos : Long.MIN_VALUE;
  }
}
