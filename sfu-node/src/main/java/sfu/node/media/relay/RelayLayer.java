package sfu.node.media.relay;

import sfu.node.media.producer.InboundPacket;
import sfu.node.media.producer.PacketQueue;
import sfu.node.media.producer.ProducerStream;
import sfu.protocol.rtp.RtpPacket;
import sfu.protocol.stream.PacketHistory;

/**
 * One layer of a producer on its way to a link. As long as it flows its numbers are shifted by a constant; the first
 * packet of video is a key frame's, and numbers go on where they ended the last time. When it ceases to flow, for
 * whatever reason, the epoch changes, and nothing more is sent until the other end shows that it knows: what comes then
 * continues nothing, though its numbers do.
 */
final class RelayLayer {
  /** A jump in numbers that SRTP's receivers still can follow (RFC 3711, 3.3.1), with much to spare. */
  private static final int MAX_STEP = 1 << 13;

  private final RelaySource source;
  private final ProducerStream stream;
  private final LinkStream out;
  private final RtpPacket recalled = new RtpPacket();
  private final PacketHistory.Found found = new PacketHistory.Found();
  private int epoch;
  private boolean wanted;

  /** Whether something was sent in this epoch. */
  private boolean flowing;

  private long firstIn;
  private long firstOut;
  private final PacketQueue taken = new PacketQueue();

  RelayLayer(RelaySource source, ProducerStream stream, LinkStream out) {
    this.source = source;
    this.stream = stream;
    this.out = out;
  }

  RelaySource source() {
    return source;
  }

  ProducerStream stream() {
    return stream;
  }

  /** Its own, on the link. */
  int ssrc() {
    return out.ssrc;
  }

  LinkStream out() {
    return out;
  }

  int epoch() {
    return epoch;
  }

  /** Whether the other end wants it, and knows of its epoch. */
  boolean isWanted() {
    return wanted;
  }

  // -- the way of a packet out ---------------------------------------------------------------------------------------

  /** Keeps a packet until {@link #flush}; true if it is the first. */
  boolean take(InboundPacket packet) {
    return taken.add(packet);
  }

  /** Sends what was taken in this turn. */
  void flush(long now) {
    for (int i = 0; i < taken.size(); i++) {
      forward(taken.packet(i), now);
    }
    taken.clear();
  }

  /** Sends a packet that was offered, if the layer flows or begins to flow with it. */
  private void forward(InboundPacket packet, long now) {
    if (!wanted || packet.isStale() || !flowing && !begin(packet, now)) {
      return;
    }
    if (packet.sequence() < firstIn) {
      return;
    }
    long sequence = packet.sequence() - firstIn + firstOut;
    if (Math.abs(sequence - out.lastSequence()) > MAX_STEP) {
      breakOff();
      source.report();
      return;
    }
    boolean sent =
        source.link().writer().send(
            source.link().cipher(),
            source.link().path(),
            packet.segment(),
            packet.offset(),
            packet.headerLength(),
            packet.payloadLength(),
            out.ssrc,
            (int) sequence & 0xffff);
    if (sent) {
      out.sent(sequence);
    }
  }

  private boolean begin(InboundPacket packet, long now) {
    if (!packet.beginsKeyFrame()) {
      // Requests end when nobody answers for long. Here is a sign of life: joins the one that runs, or begins another.
      stream.requestKeyFrame(now);
      return false;
    }
    firstOut = out.lastSequence() + 1;
    firstIn = packet.sequence();
    flowing = true;
    return true;
  }

  /**
   * The other end misses a packet: sends it again if it is there. What it never got from its client nobody can have.
   */
  void resend(int sequence16, long now) {
    long sequence = out.lastSequence() + (short) (sequence16 - (int) out.lastSequence());
    if (!flowing || sequence < firstOut || sequence > out.lastSequence()) {
      return;
    }
    int original = (int) (sequence - firstOut + firstIn) & 0xffff;
    if (!stream.history().find(original, now, found)
        || !recalled.wrap(found.segment(), found.offset(), found.length())) {
      return;
    }
    boolean sent =
        source.link().writer().sendAgain(
            source.link().cipher(),
            source.link().path(),
            found.segment(),
            found.offset(),
            recalled.headerLength(),
            recalled.payloadLength(),
            out,
            source.rtxPayloadType(),
            sequence16);
    if (sent) {
      source.link().context().counters.retransmissions++;
    }
  }

  // -- what flows ----------------------------------------------------------------------------------------------------

  /** The other end wants it. What it says of an epoch that is past doesn't count. */
  void want(int ofEpoch, long now) {
    boolean wants = ofEpoch == epoch;
    if (wants && !wanted) {
      wanted = true;
      stream.watch();
      requestKeyFrame(now);
    } else if (!wants) {
      unwant();
    }
  }

  /** The other end has no use for it now. True if that ends an epoch, which the other end has to learn. */
  boolean unwant() {
    boolean ends = breakOff();
    if (wanted) {
      wanted = false;
      stream.unwatch();
    }
    return ends;
  }

  /**
   * It can't go on as it did. True if that ends an epoch, which the other end has to learn before it can want it
   * again; a layer of which nothing was sent yet stays wanted.
   */
  boolean breakOff() {
    if (!flowing) {
      return false;
    }
    flowing = false;
    epoch++;
    unwant();
    return true;
  }

  void onKeyFrameRequest(long now) {
    if (wanted) {
      requestKeyFrame(now);
    }
  }

  /** Asks the client, unless it is asked already. */
  void requestKeyFrame(long now) {
    if (!source.producer().isPaused()) {
      stream.requestKeyFrame(now);
    }
  }

  void close(long now) {
    unwant();
    source.link().sender().streams().release(out, now);
  }
}
