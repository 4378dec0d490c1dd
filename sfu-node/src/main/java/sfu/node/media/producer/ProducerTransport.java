package sfu.node.media.producer;

import java.lang.foreign.MemorySegment;
import sfu.node.media.transport.Drop;
import sfu.node.media.transport.LoopContext;
import sfu.node.media.transport.TransportHost;
import sfu.node.media.transport.TransportIdentity;
import sfu.node.media.transport.WebRtcTransport;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.rtp.ExtensionValue;
import sfu.protocol.rtp.RtpPacket;
import sfu.protocol.stream.TokenPolicer;

/**
 * The client-to-server transport: receives what one client produces. The way of a packet in: find its stream, decrypt it
 * into the stream's history, account for it, hand it to the batch. Confined to the loop's thread.
 */
public final class ProducerTransport extends WebRtcTransport implements ProducerHost {
  /** As many streams as a session may have, three types of up to three layers, with room for a replacement of each. */
  private static final int MAX_PRODUCERS = 6;

  /** No sender of WebRTC media makes longer packets, and every one must have room for what viewers get added. */
  private static final int MAX_RTP_LENGTH = 1500;

  private final StreamTable streams = new StreamTable();
  private final ReceiverFeedback feedback;
  private final TokenPolicer policer;
  private final StreamIntake intake;

  /** The id of the transport-wide sequence number, which is one for all producers of a transport (RFC 8843, 9.2); 0: unknown. */
  private int transportSequenceId;

  /** {@code batch} takes what was received; {@code maxBitrateBps}: what the client is asked to keep to. */
  public ProducerTransport(
      LoopContext context, TransportIdentity identity, TransportHost host, InboundBatch batch, long maxBitrateBps) {
    super(context, identity, host);
    this.intake = new StreamIntake(context, batch);
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
    Producer producer = new Producer(producerId, channelId(), type, this, parameters, paused, speaking);
    streams.add(producer);
    if (producer.extensionIds().transportSequence() > 0) {
      transportSequenceId = producer.extensionIds().transportSequence();
    }
    return producer;
  }

  private boolean isTaken(Long ssrc) {
    return ssrc != null && streams.find(ssrc.intValue()) != null;
  }

  @Override
  public void forget(Producer producer) {
    streams.remove(producer);
    host().gone(producer.id());
  }

  // -- the way of a packet in ----------------------------------------------------------------------------------------

  @Override
  public void onRtp(MemorySegment segment, long offset, int length) {
    long now = context.nowNanos();
    if (!intake.readHeader(segment, offset, length, MAX_RTP_LENGTH)) {
      return;
    }
    if (!policer.accept(length, now)) {
      context.counters.drop(Drop.OVER_LIMIT);
      return;
    }
    ProducerStream stream = streams.find(intake.rtp().ssrc());
    if (stream == null) {
      receiveFirst(segment, offset, length, now);
    } else if (intake.decrypt(this, stream, segment, offset, length)) {
      accountTransport(now);
      intake.route(stream, now);
    }
  }

  /** A packet of a stream that is known by its rid only: decrypted aside, since it may be of none. */
  private void receiveFirst(MemorySegment segment, long offset, int length, long now) {
    if (!intake.decryptAside(this, segment, offset, length)) {
      return;
    }
    // It arrived, whosever it is: reported as lost, it would make the sender slow down just as a stream begins.
    accountTransport(now);
    ProducerStream stream = streams.learn(intake.rtp());
    if (stream == null) {
      context.counters.drop(Drop.UNKNOWN_STREAM);
    } else if (intake.moveTo(stream)) {
      intake.route(stream, now);
    }
  }

  private void accountTransport(long now) {
    RtpPacket rtp = intake.rtp();
    int at = rtp.extensionOffset(transportSequenceId);
    if (at >= 0 && rtp.extensionLength(transportSequenceId) >= 2) {
      int sequence = ExtensionValue.readTransportSequence(rtp.segment(), rtp.offset() + at);
      feedback.onTransportSequence(sequence, rtp.ssrc(), rtp.length(), now - context.io.datagramAgeNanos());
    }
  }

  // -- RTCP, timers, life --------------------------------------------------------------------------------------------

  @Override
  protected void onRtcpPlain(MemorySegment segment, long offset, int length) {
    feedback.onRtcp(segment, offset, length, context.nowNanos());
  }

  @Override
  protected void onConnected() {
    context.timers.scheduleEarlier(this, context.nowNanos());
  }

  @Override
  public void wakeAt(long nanos) {
    context.timers.scheduleEarlier(this, nanos);
  }

  @Override
  public void began(ProducerStream stream, long now) {
    feedback.onFirstPacket(now);
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
