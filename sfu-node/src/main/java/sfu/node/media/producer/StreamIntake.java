package sfu.node.media.producer;

import java.lang.foreign.MemorySegment;
import sfu.node.media.transport.Drop;
import sfu.node.media.transport.LoopContext;
import sfu.node.media.transport.Transport;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.rtp.RtpPacket;
import sfu.protocol.rtp.Rtx;

/**
 * The way of a packet in, whoever brought it: decrypted into its stream's history, accounted for, handed to the batch.
 * One a transport; confined to the loop's thread.
 */
public final class StreamIntake {
  private final LoopContext context;
  private final InboundBatch batch;
  private final RtpPacket rtp = new RtpPacket();

  /** {@code batch} takes what was received. */
  public StreamIntake(LoopContext context, InboundBatch batch) {
    this.context = context;
    this.batch = batch;
  }

  /** Stands on the packet that is on its way. */
  public RtpPacket rtp() {
    return rtp;
  }

  /** Looks at an encrypted packet's header. False if it is none, which is counted. */
  public boolean readHeader(MemorySegment segment, long offset, int length, int maxLength) {
    if (length > maxLength || !rtp.wrapHeader(segment, offset, length)) {
      context.counters.drop(Drop.MALFORMED);
      return false;
    }
    return true;
  }

  /**
   * Decrypts a packet, whose header was read, to where it belongs in its stream's history. False if it goes no further,
   * which is counted; else {@link #rtp} stands on it there, and {@link #route} is next.
   */
  public boolean decrypt(
      Transport from, ProducerStream stream, MemorySegment segment, long offset, int length) {
    long target = reserve(stream, length);
    if (target < 0) {
      return false;
    }
    MemorySegment history = stream.historySegment();
    int plain = from.unprotect(segment, offset, length, rtp.headerLength(), history, target);
    return plain >= 0 && arrived(history, target, plain);
  }

  /** The same to the scratch, as long as it is unknown which stream it belongs to. */
  boolean decryptAside(Transport from, MemorySegment segment, long offset, int length) {
    MemorySegment scratch = context.scratch;
    int plain = from.unprotect(segment, offset, length, rtp.headerLength(), scratch, 0);
    return plain >= 0 && arrived(scratch, 0, plain);
  }

  /** Puts what was decrypted aside into its stream's history. */
  boolean moveTo(ProducerStream stream) {
    int plain = rtp.length();
    long target = reserve(stream, plain);
    if (target < 0) {
      return false;
    }
    MemorySegment.copy(context.scratch, 0, stream.historySegment(), target, plain);
    return rtp.rewrap(stream.historySegment(), target, plain);
  }

  private long reserve(ProducerStream stream, int length) {
    long target = stream.history().reserve(length);
    if (target < 0) {
      context.counters.drop(Drop.OVER_LIMIT);
    }
    return target;
  }

  private boolean arrived(MemorySegment segment, long offset, int length) {
    if (!rtp.rewrap(segment, offset, length)) {
      context.counters.drop(Drop.MALFORMED);
      return false;
    }
    context.counters.packetsIn++;
    context.counters.bytesIn += length;
    return true;
  }

  /** A decrypted packet, on which {@link #rtp} stands, lies at its place in the history of its stream. */
  public void route(ProducerStream stream, long now) {
    Producer producer = stream.producer();
    boolean retransmitted = rtp.payloadType() == producer.rtxPayloadType();
    if (retransmitted && !Rtx.restore(rtp, stream.ssrc(), producer.payloadType())) {
      // Padding alone, by which the sender probes its bandwidth.
      return;
    }
    if (rtp.payloadType() != producer.payloadType()) {
      context.counters.drop(Drop.UNKNOWN_PAYLOAD);
      return;
    }
    account(stream, retransmitted, now);
  }

  /** Statistics, NACK and what the payload says; then, if it is new, on to the batch. */
  private void account(ProducerStream stream, boolean recovered, long now) {
    Producer producer = stream.producer();
    int length = rtp.length();
    boolean first = stream.lastPacketNanos() == Long.MIN_VALUE;
    int sequence = rtp.sequenceNumber();
    if (!isNew(stream, sequence, length, recovered, now)) {
      context.counters.drop(Drop.DUPLICATE);
      return;
    }
    stream.received(length, rtp.timestamp(), now);
    InboundPacket packet = batch.next();
    packet.read(stream, rtp, rtp.segment(), rtp.offset(), length, stream.unwrap(sequence));
    boolean keyFrame = packet.beginsKeyFrame() && producer.kind() == MediaKind.VIDEO;
    stream.nack().onPacket(sequence, keyFrame, recovered, now);
    if (stream.nack().needsKeyFrame() && stream.isWatched()) {
      stream.requestKeyFrame(now);
    }
    stream.wakeHost(now);
    packet.spareBytes(stream.history().commit(sequence, length, FrameEqualizer.MAX_PADDING, now));
    if (first) {
      producer.layersChanged();
      producer.host().began(stream, now);
    }
    // After its viewers have asked for one: the first packet is mostly what they need.
    if (keyFrame) {
      stream.onKeyFrame(now);
    }
    if (packet.audioLevel >= 0 && producer.speaking() != null && !producer.isPaused()) {
      producer.speaking().onLevel(packet.audioLevel, now);
    }
    batch.touch(stream);
    if (!producer.isPaused() && producer.hasSubscribers()) {
      batch.add();
    }
  }

  private boolean isNew(ProducerStream stream, int sequence, int length, boolean recovered, long now) {
    if (recovered) {
      return stream.statistics().onRecovered(sequence);
    }
    return switch (stream.statistics().onPacket(sequence, rtp.timestamp(), length, now)) {
      case NEWEST, LATE -> true;
      case DUPLICATE, SUSPECT -> false;
      case RESTARTED -> {
        stream.producer().restart(stream);
        yield true;
      }
    };
  }
}
