package sfu.node.media.producer;

import sfu.protocol.ortc.MediaKind;
import sfu.protocol.rtp.SequenceNumbers;

/** The frame of a stream that is arriving, as far as it is worth waiting for. Confined to the loop's thread. */
final class OpenFrame {
  private boolean known;
  private boolean open;
  private int timestamp;
  private long sinceNanos;
  private long lastNanos;
  private boolean slow;

  /** A packet of its stream came with this batch. */
  void follow(InboundPacket packet, long nowNanos, long patienceNanos) {
    if (known && packet.timestamp != timestamp && !SequenceNumbers.isNewer32(packet.timestamp, timestamp)) {
      // Late, or sent again: of a frame that the others don't wait with.
      return;
    }
    if (packet.marker || packet.stream.producer().kind() != MediaKind.VIDEO) {
      open = false;
      timestamp = packet.timestamp;
    } else if (!known || timestamp != packet.timestamp) {
      open = true;
      timestamp = packet.timestamp;
      sinceNanos = nowNanos;
      slow = false;
    } else if (open) {
      // Over a slow link each would wait for the next in vain.
      slow = nowNanos - lastNanos > patienceNanos;
      if (nowNanos - sinceNanos >= patienceNanos && !packet.stream.isWaiting()) {
        // A part of it has left; the next part has patience of its own.
        sinceNanos = nowNanos;
      }
    }
    known = true;
    lastNanos = nowNanos;
  }

  /** Its stream begins anew, with other timestamps. */
  void reset() {
    known = false;
    open = false;
  }

  /** Until when a packet waits: for ever in the past if it is not of the frame that is arriving. */
  long waitsUntil(InboundPacket packet, long patienceNanos) {
    return open && !slow && timestamp == packet.timestamp ? sinceNanos + patienceNanos : Long.MIN_VALUE;
  }
}
