package sfu.node.media.producer;

import java.lang.foreign.MemorySegment;
import sfu.node.media.transport.Drop;
import sfu.node.media.transport.LoopContext;
import sfu.node.media.transport.Transport;
import sfu.node.media.transport.TransportHost;
import sfu.node.media.transport.TransportIdentity;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.rtp.ExtensionValue;
import sfu.protocol.rtp.RtpPacket;
import sfu.protocol.rtp.Rtx;
import sfu.protocol.stream.TokenPolicer;

/**
 * The client-to-server transport: receives what one client produces. The way of a packet in: find its stream, decrypt it
 * into the stream's history, account for it, hand it to the batch. Confined to the loop's thread.
 */
public final class ProducerTransport extends Transport {
  /** As many streams as a session may have, three types of up to three layers, with room for a replacement of each. */
  private static final int MAX_PRODUCERS = 6;

  /** No sender of WebRTC media makes longer packets, and every one must have room for what viewers get added. */
  private static final int MAX_RTP_LENGTH = 1500;

  private final InboundBatch batch;
  private final StreamTable streams = new StreamTable();
  private final ReceiverFeedback feedback;
  private final TokenPolicer policer;
  private final RtpPacket rtp = new RtpPacket();

  /** The id of the transport-wide sequence number, which is one for all producers of a transport (RFC 8843, 9.2); 0: unknown. */
  private int transportSequenceId;

  /** {@code batch} takes what was received; {@code maxBitrateBps}: what the client is asked to keep to. */
  public ProducerTransport(
      LoopContext context, TransportIdentity identity, TransportHost host, InboundBatch batch, long maxBitrateBps) {
    super(context, identity, host);
    this.batch = batch;
    this.policer = new TokenPolicer(maxBitrateBps);
    this.feedback = new ReceiverFeedback(this, streams, maxBitrateBps);
    context.timers.schedule(this, context.nowNanos() + CONSENT_NANOS);
  }

  LoopContext context() {
    return context;
  }

  // -- producers -----------------------------------------------------------------------------------------------------

  /** Adds a producer; null if it can't be, with the reason in {@code refusal[0]}. */
  public Producer produce(
      String producerId,
      StreamType type,
      RtpParameters parameters,
      boolean paused,
      boolean detectSpeaking,
      String[] refusal) {
    if (streams.producers().length >= MAX_PRODUCERS) {
      refusal[0] = "more than " + MAX_PRODUCERS + " producers on a transport";
      return null;
    }
    for (RtpEncodingParameters encoding : parameters.encodings()) {
      if (isTaken(encoding.ssrc()) || (encoding.rtx() != null && isTaken(encoding.rtx().ssrc()))) {
        refusal[0] = "an SSRC of it is another producer's";
        return null;
      }
    }
    SpeakingObserver speaking = detectSpeaking ? new SpeakingObserver(producerId, this::tellOwner) : null;
    Producer producer = new Producer(producerId, type, this, parameters, paused, speaking);
    streams.add(producer);
    if (producer.extensionIds().transportSequence() > 0) {
      transportSequenceId = producer.extensionIds().transportSequence();
    }
    return producer;
  }

  private boolean isTaken(Long ssrc) {
    return ssrc != null && streams.find(ssrc.intValue()) != null;
  }

  void forget(Producer producer) {
    streams.remove(producer);
    host().gone(producer.id());
  }

  // -- the way of a packet in ----------------------------------------------------------------------------------------

  @Override
  public void onRtp(MemorySegment segment, long offset, int length) {
    long now = context.nowNanos();
    if (length > MAX_RTP_LENGTH || !rtp.wrapHeader(segment, offset, length)) {
      context.counters.drop(Drop.MALFORMED);
      return;
    }
    if (!policer.accept(length, now)) {
      context.counters.drop(Drop.OVER_LIMIT);
      return;
    }
    ProducerStream stream = streams.find(rtp.ssrc());
    if (stream == null) {
      receiveFirst(segment, offset, length, now);
      return;
    }
    long target = stream.history().reserve(length);
    if (target < 0) {
      context.counters.drop(Drop.OVER_LIMIT);
      return;
    }
    MemorySegment history = stream.historySegment();
    int plain = unprotect(segment, offset, length, rtp.headerLength(), history, target);
    if (plain < 0) {
      return;
    }
    if (!rtp.rewrap(history, target, plain)) {
      context.counters.drop(Drop.MALFORMED);
      return;
    }
    accountTransport(now);
    route(stream, history, target, now);
  }

  /** A packet of a stream that is known by its rid only: decrypted aside, since it may be of none. */
  private void receiveFirst(MemorySegment segment, long offset, int length, long now) {
    MemorySegment scratch = context.scratch;
    int plain = unprotect(segment, offset, length, rtp.headerLength(), scratch, 0);
    if (plain < 0) {
      return;
    }
    if (!rtp.rewrap(scratch, 0, plain)) {
      context.counters.drop(Drop.MALFORMED);
      return;
    }
    // It arrived, whosever it is: reported as lost, it would make the sender slow down just as a stream begins.
    accountTransport(now);
    ProducerStream stream = streams.learn(rtp);
    if (stream == null) {
      context.counters.drop(Drop.UNKNOWN_STREAM);
      return;
    }
    long target = stream.history().reserve(plain);
    if (target < 0) {
      context.counters.drop(Drop.OVER_LIMIT);
      return;
    }
    MemorySegment history = stream.historySegment();
    MemorySegment.copy(scratch, 0, history, target, plain);
    rtp.rewrap(history, target, plain);
    route(stream, history, target, now);
  }

  /** A decrypted packet, on which {@code rtp} stands, lies at its place in the history of its stream. */
  private void route(ProducerStream stream, MemorySegment history, long offset, long now) {
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
    account(stream, history, offset, rtp.length(), retransmitted, now);
  }

  private void accountTransport(long now) {
    context.counters.packetsIn++;
    context.counters.bytesIn += rtp.length();
    int at = rtp.extensionOffset(transportSequenceId);
    if (at >= 0 && rtp.extensionLength(transportSequenceId) >= 2) {
      int sequence = ExtensionValue.readTransportSequence(rtp.segment(), rtp.offset() + at);
      feedback.onTransportSequence(sequence, rtp.ssrc(), rtp.length(), now - context.io.datagramAgeNanos());
    }
  }

  /** Statistics, NACK and what the payload says; then, if it is new, on to the batch. {@code rtp} stands on it. */
  private void account(
      ProducerStream stream, MemorySegment segment, long offset, int length, boolean recovered, long now) {
    Producer producer = stream.producer();
    boolean first = stream.lastPacketNanos() == Long.MIN_VALUE;
    int sequence = rtp.sequenceNumber();
    if (!isNew(stream, sequence, length, recovered, now)) {
      context.counters.drop(Drop.DUPLICATE);
      return;
    }
    stream.received(length, rtp.timestamp(), now);
    InboundPacket packet = batch.next();
    packet.read(stream, rtp, segment, offset, length, stream.unwrap(sequence));
    boolean keyFrame = packet.beginsKeyFrame() && producer.kind() == MediaKind.VIDEO;
    stream.nack().onPacket(sequence, keyFrame, recovered, now);
    if (stream.nack().needsKeyFrame() && stream.isWatched()) {
      stream.requestKeyFrame(now);
    }
    wakeFor(stream, now);
    stream.history().commit(sequence, length, now);
    if (first) {
      producer.layersChanged();
      feedback.onFirstPacket(now);
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
        stream.restart();
        stream.producer().restarted(stream);
        yield true;
      }
    };
  }

  // -- RTCP, timers, life --------------------------------------------------------------------------------------------

  @Override
  protected void onRtcpPlain(MemorySegment segment, long offset, int length) {
    context.counters.packetsIn++;
    context.counters.bytesIn += length;
    feedback.onRtcp(segment, offset, length, context.nowNanos());
  }

  @Override
  protected void onConnected() {
    context.timers.scheduleEarlier(this, context.nowNanos());
  }

  /** A stream has something to ask for: brings the timer forward if need be. */
  void wakeFor(ProducerStream stream, long now) {
    long deadline = Math.min(stream.nack().nextDeadlineNanos(), stream.keyFrames().nextDeadlineNanos());
    if (deadline != Long.MAX_VALUE) {
      context.timers.scheduleEarlier(this, Math.max(deadline, now));
    }
  }

  @Override
  protected long onDue(long nowNanos) {
    long consent = checkConsent(nowNanos);
    if (isClosed()) {
      return Long.MAX_VALUE;
    }
    return isConnected() ? Math.min(consent, feedback.onTimer(nowNanos)) : consent;
  }

  /** For {@link ReceiverFeedback}: room for RTCP in the out buffer, or -1. */
  long reserveFeedback(int maxLength) {
    return reserveRtcp(maxLength);
  }

  void commitFeedback(long offset, int length) {
    commitRtcp(offset, length);
  }

  @Override
  public void close() {
    for (Producer producer : streams.producers()) {
      producer.close();
    }
    super.close();
  }
}
