package sfu.load.nativepeer;

import sfu.load.nativepeer.PeerEvent.Inbound;

/** What one peer received so far, over all streams; what its counters lose when a stream ends is kept. */
record Totals(long packets, long bytes, long lost, long repaired, long frames, long freezes) {

  static final Totals NONE = new Totals(0, 0, 0, 0, 0, 0);

  Totals plus(Inbound stream) {
    return new Totals(
        packets + stream.packets(),
        bytes + stream.bytes(),
        lost + Math.max(0, stream.lost()),
        repaired + stream.retransmitted(),
        frames + stream.frames(),
        freezes + stream.freezes());
  }

  Totals plus(Totals other) {
    return new Totals(
        packets + other.packets,
        bytes + other.bytes,
        lost + other.lost,
        repaired + other.repaired,
        frames + other.frames,
        freezes + other.freezes);
  }
}
