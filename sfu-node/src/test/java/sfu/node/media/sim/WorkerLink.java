package sfu.node.media.sim;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.TreeMap;
import sfu.protocol.rtcp.Rtcp;
import sfu.protocol.rtp.BigEndian;
import sfu.protocol.sim.SimulatedLink;

/** The network between two workers, and what crosses it. */
final class WorkerLink {
  final SimulatedLink<byte[]> forth;
  final SimulatedLink<byte[]> back;

  /** As the second sees the first: what it receives from there comes up, what it sends there goes down. */
  final Wire atSecond;

  /** As the first sees the second. */
  final Wire atFirst;

  private final Map<Integer, Long> rtp = new TreeMap<>();
  private byte[] lastRtp;
  private byte[] lastStun;
  private byte[] lastRtcp;

  WorkerLink(SimulatedWorker first, SimulatedWorker second, long seed) {
    this.forth = new SimulatedLink<byte[]>(seed).delayMillis(5);
    this.back = new SimulatedLink<byte[]>(seed + 1).delayMillis(5);
    this.atFirst = new Wire(second.addressLo(), SimulatedWorker.PORT, back, forth);
    this.atSecond = new Wire(first.addressLo(), SimulatedWorker.PORT, forth, back);
    PacketIndexCheck forthIndices = new PacketIndexCheck();
    PacketIndexCheck backIndices = new PacketIndexCheck();
    atFirst.watchDown(datagram -> note(datagram, forthIndices));
    atSecond.watchDown(datagram -> note(datagram, backIndices));
    first.io.plug(atFirst);
    second.io.plug(atSecond);
  }

  private void note(byte[] datagram, PacketIndexCheck indices) {
    int first = datagram[0] & 0xff;
    if (first < 4) {
      lastStun = datagram;
    } else if (Rtcp.looksLike(MemorySegment.ofArray(datagram), 0, datagram.length)) {
      lastRtcp = datagram;
    } else {
      lastRtp = datagram;
      int ssrc = BigEndian.get32(MemorySegment.ofArray(datagram), 8);
      indices.onPacket(ssrc, BigEndian.getU16(MemorySegment.ofArray(datagram), 2), datagram);
      rtp.merge(ssrc, 1L, Long::sum);
    }
  }

  /** RTP packets that crossed in either direction so far, retransmissions included. */
  long packets() {
    return rtp.values().stream().mapToLong(Long::longValue).sum();
  }

  /** RTP packets so far by SSRC. */
  Map<Integer, Long> bySsrc() {
    return new TreeMap<>(rtp);
  }

  /** The SSRCs that brought more than a few packets since {@code before}, which was {@link #bySsrc} then. */
  long streamsSince(Map<Integer, Long> before) {
    return rtp.entrySet().stream()
        .filter(entry -> entry.getValue() - before.getOrDefault(entry.getKey(), 0L) > 5)
        .count();
  }

  byte[] lastRtp() {
    return lastRtp;
  }

  byte[] lastRtcp() {
    return lastRtcp;
  }

  byte[] lastStun() {
    return lastStun;
  }

  WorkerLink loss(double rate) {
    forth.loss(rate);
    back.loss(rate);
    return this;
  }

  void outage(long fromNanos, long untilNanos) {
    forth.outage(fromNanos, untilNanos);
    back.outage(fromNanos, untilNanos);
  }
}
