package sfu.node.media.consumer;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import sfu.node.media.producer.ExtensionIds;
import sfu.node.media.producer.InboundPacket;
import sfu.node.media.producer.PacketQueue;
import sfu.node.media.producer.Producer;
import sfu.node.media.producer.ProducerStream;
import sfu.node.media.producer.StreamSubscriber;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.RtpCodecParameters;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.stream.NtpTime;

/**
 * One producer's stream on its way to one viewer: which layer flows, under which numbers. Confined to the loop's thread.
 */
public final class Consumer implements StreamSubscriber {
  /** Sender reports that a viewer may answer: the last one may still be on its way as it answers the one before. */
  private static final int REMEMBERED_REPORTS = 4;

  /** A jump in sequence numbers that is still told from a step back. */
  private static final int MAX_STEP = 1 << 14;

  /** A viewer may ask for so many key frames at once, and for one more each time this has passed. */
  private static final int KEY_FRAME_REQUESTS = 3;

  private static final long KEY_FRAME_REQUEST_NANOS = 2_000_000_000L;

  /** Each change of layer costs a key frame, which is itself a peak of the rate: who was lowered stays so for a while. */
  private static final long MIN_STAYS_LOW_NANOS = 5_000_000_000L;

  /** So long at last where raising it has failed again and again. */
  private static final long MAX_STAYS_LOW_NANOS = 20_000_000_000L;

  /** Lowered again this soon after it was raised: that was a failure. */
  private static final long FAILED_NANOS = 15_000_000_000L;

  private final String id;
  private final Producer producer;
  private final ConsumerTransport transport;
  private final int ssrc;
  private final int rtxSsrc;
  private final int payloadType;
  private final int rtxPayloadType;
  private final byte[] cname;
  private final ExtensionTemplate extensions;
  private final StreamRewriter rewriter;
  private final boolean video;
  private final boolean measured;
  private final PacketQueue taken = new PacketQueue();
  private int rtxSequence;
  private long keyFrameRequestNanos = Long.MIN_VALUE / 2;
  private long loweredNanos = Long.MIN_VALUE / 2;
  private long raisedNanos = Long.MIN_VALUE / 2;
  private long staysLowNanos = MIN_STAYS_LOW_NANOS;
  private boolean paused;
  private boolean closed;

  /** The layer that flows; null as long as none was begun with a key frame. */
  private ProducerStream current;

  /** The layer that is to flow; it takes over with its next key frame. */
  private ProducerStream target;

  /** The target, unless it is paused. */
  private ProducerStream watched;

  // For sender reports and receiver reports.
  private int packetsSent;
  private int bytesSent;
  private final int[] reportMiddles = new int[REMEMBERED_REPORTS];
  private final long[] reportNanos = new long[REMEMBERED_REPORTS];
  private int reports;

  Consumer(
      String id, Producer producer, ConsumerTransport transport, RtpParameters parameters, boolean paused) {
    RtpEncodingParameters encoding = parameters.encodings().getFirst();
    this.id = id;
    this.producer = producer;
    this.transport = transport;
    this.paused = paused;
    this.ssrc = encoding.ssrc().intValue();
    this.rtxSsrc = encoding.rtx() == null ? 0 : (int) encoding.rtx().ssrc();
    this.payloadType = parameters.codecs().getFirst().payloadType();
    this.rtxPayloadType =
        encoding.rtx() == null
            ? -1
            : parameters.codecs().stream()
                .filter(RtpCodecParameters::isRtx)
                .mapToInt(RtpCodecParameters::payloadType)
                .findFirst()
                .orElse(-1);
    this.cname = cname(parameters);
    this.extensions = new ExtensionTemplate(ExtensionIds.of(parameters.headerExtensions()), parameters.mid());
    this.rewriter = new StreamRewriter(ThreadLocalRandom.current().nextInt(1 << 14));
    this.rtxSequence = ThreadLocalRandom.current().nextInt(1 << 14);
    this.video = producer.kind() == MediaKind.VIDEO;
    this.measured =
        rtxPayloadType >= 0
            && extensions.hasTransportSequence()
            && parameters.codecs().getFirst().rtcpFeedback().stream()
                .anyMatch(feedback -> feedback.type().equals("transport-cc"));
    if (producer.layerCount() == 1) {
      target(producer.layer(0));
    }
    producer.subscribe(this);
  }

  private static byte[] cname(RtpParameters parameters) {
    String cname = parameters.rtcp() == null ? null : parameters.rtcp().cname();
    return cname == null ? new byte[0] : cname.getBytes(StandardCharsets.UTF_8);
  }

  // -- the way of a packet out ---------------------------------------------------------------------------------------

  @Override
  public void offer(InboundPacket packet) {
    ProducerStream stream = packet.stream();
    if (!paused && (stream == current || isWelcome(stream)) && transport.isConnected()) {
      transport.enqueue(this, packet);
    }
  }

  /** Keeps a packet until {@link #flush}; true if it is the first. */
  boolean take(InboundPacket packet) {
    return taken.add(packet);
  }

  /** Sends what was taken in this turn. */
  void flush(long nowNanos) {
    for (int i = 0; i < taken.size() && !closed; i++) {
      forward(taken.packet(i), nowNanos);
    }
    taken.clear();
  }

  /** Sends a packet that was offered, if it is of the layer that flows or begins to flow with it. */
  private void forward(InboundPacket packet, long nowNanos) {
    ProducerStream stream = packet.stream();
    if (packet.isStale()) {
      return;
    }
    if (stream != current && !begin(stream, packet, nowNanos)) {
      return;
    }
    if (!rewriter.covers(packet)) {
      return;
    }
    int span = rewriter.currentSpan();
    long out = rewriter.sequence(span, packet.sequence());
    if (Math.abs(out - rewriter.lastOut()) > MAX_STEP) {
      // Beyond what SRTP's receivers can follow (RFC 3711, 3.3.1), and a nonce must never come twice.
      restart();
      return;
    }
    int sent = transport.writer().send(this, packet, span, (int) out & 0xffff, false);
    if (sent > 0) {
      rewriter.forwarded(out, packet, nowNanos);
      packetsSent++;
      bytesSent += sent;
    }
  }

  private boolean begin(ProducerStream stream, InboundPacket packet, long nowNanos) {
    if (!isWelcome(stream)) {
      return false;
    }
    if (!packet.beginsKeyFrame()) {
      if (stream == target) {
        // Requests end when nobody answers for long. Here is a sign of life: joins the one that runs, or begins another.
        stream.requestKeyFrame(nowNanos);
      }
      return false;
    }
    rewriter.switchTo(packet, nowNanos);
    current(stream);
    return true;
  }

  /** Whether its next key frame would be shown: that of the aim, or of anything below it while the viewer sees nothing. */
  private boolean isWelcome(ProducerStream stream) {
    return stream == target || (current == null && target != null && stream.layer() < target.layer());
  }

  /**
   * Finds a packet of the past that the viewer misses. False if it isn't there, if it came so lately that it is still on
   * its way, or if the viewer knows no RTX: the same number with other extensions would be a second plain text under one
   * nonce, which breaks AES-GCM.
   */
  boolean recall(int sequence16, long latestNanos, InboundPacket into) {
    int span = rtxPayloadType < 0 ? -1 : rewriter.spanOf(sequence16);
    return span >= 0
        && transport.recall(rewriter.stream(span), rewriter.inSequence(span, sequence16), latestNanos, into);
  }

  /** Sends what {@link #recall} found again, as RTX (RFC 4588). */
  boolean resend(int sequence16, InboundPacket packet) {
    return transport.writer().send(this, packet, rewriter.spanOf(sequence16), sequence16, true) > 0;
  }

  // -- what flows ----------------------------------------------------------------------------------------------------

  /** Chooses the layer that is to flow. Asks for a key frame if that is another than the one that does. */
  void aim(ProducerStream layer, long nowNanos) {
    if (target != layer) {
      target(layer);
      if (layer != current && !layer.isKeyFrameAtHand(nowNanos)) {
        layer.requestKeyFrame(nowNanos);
      }
    }
  }

  /** What flows ends at once, before the aim's key frame is there: it would only keep that waiting. */
  void cutOff() {
    current(null);
  }

  /** Nothing of it is to flow: the line doesn't carry even the least. Until {@link #aim}. */
  void suspend(long nowNanos) {
    if (target != null) {
      lowered(nowNanos);
      target(null);
      current(null);
    }
  }

  private void target(ProducerStream layer) {
    target = layer;
    watchTarget();
  }

  /** The aim is watched as long as the viewer wants to see it: from another worker it comes for that alone. */
  private void watchTarget() {
    ProducerStream wanted = paused ? null : target;
    if (watched != wanted) {
      if (wanted != null) {
        wanted.watch();
      }
      if (watched != null) {
        watched.unwatch();
      }
      watched = wanted;
    }
  }

  private void current(ProducerStream layer) {
    if (layer != null) {
      layer.watch();
    }
    if (current != null) {
      current.unwatch();
    }
    current = layer;
  }

  ProducerStream target() {
    return target;
  }

  /** A lower layer was chosen for it, or none, though the higher is there: for the sake of the budget. */
  void lowered(long nowNanos) {
    boolean failed = nowNanos - raisedNanos < FAILED_NANOS;
    if (failed) {
      staysLowNanos = Math.min(2 * staysLowNanos, MAX_STAYS_LOW_NANOS);
    } else if (nowNanos - loweredNanos > MAX_STAYS_LOW_NANOS) {
      staysLowNanos = MIN_STAYS_LOW_NANOS;
    }
    loweredNanos = nowNanos;
    // All that falls after one rise is one failure.
    raisedNanos = Long.MIN_VALUE / 2;
  }

  /** A higher layer was chosen for it. */
  void raised(long nowNanos) {
    raisedNanos = nowNanos;
  }

  /** Whether it was lowered so lately that it is to stay so; not by what happened before {@code forgivenNanos}. */
  boolean staysLow(long forgivenNanos, long nowNanos) {
    return nowNanos - loweredNanos < staysLowNanos && loweredNanos >= forgivenNanos;
  }

  /** Whether it was suspended so lately that it is to stay so. No longer than that: nothing is worse than little. */
  boolean staysOff(long nowNanos) {
    return nowNanos - loweredNanos < MIN_STAYS_LOW_NANOS;
  }

  ProducerStream current() {
    return current;
  }

  /** Whether it would send if packets came. */
  boolean isFlowing() {
    return !paused && !producer.isPaused() && !closed && transport.isConnected();
  }

  boolean isVideo() {
    return video;
  }

  /** The viewer's wish. */
  public void pause(boolean pause) {
    if (paused == pause) {
      return;
    }
    paused = pause;
    watchTarget();
    restart();
  }

  /** The viewer can't decode on: asks for a key frame. */
  void onKeyFrameRequest(long nowNanos) {
    ProducerStream wanted = current != null ? current : target;
    if (wanted != null && isFlowing() && !wanted.isAwaitingKeyFrame() && mayRequestKeyFrame(nowNanos)) {
      wanted.requestKeyFrame(nowNanos);
    }
  }

  /** A few at once, then one in a while: each costs all viewers some of the picture's quality. */
  private boolean mayRequestKeyFrame(long nowNanos) {
    if (nowNanos - keyFrameRequestNanos >= KEY_FRAME_REQUEST_NANOS * KEY_FRAME_REQUESTS) {
      keyFrameRequestNanos = nowNanos - KEY_FRAME_REQUEST_NANOS * KEY_FRAME_REQUESTS;
    }
    if (keyFrameRequestNanos + KEY_FRAME_REQUEST_NANOS > nowNanos) {
      return false;
    }
    keyFrameRequestNanos += KEY_FRAME_REQUEST_NANOS;
    return true;
  }

  /** What flowed has a gap that no retransmission fills: begins anew with a key frame. */
  private void restart() {
    current(null);
    transport.reallocate();
    if (isFlowing() && target != null) {
      target.requestKeyFrame(transport.nowNanos());
    }
  }

  @Override
  public void onPauseChanged() {
    restart();
  }

  @Override
  public void onRestarted(ProducerStream layer) {
    if (layer == current) {
      restart();
    }
  }

  @Override
  public void onLayersChanged() {
    if (isFlowing()) {
      transport.reallocate();
      if (target != null && current == null) {
        target.requestKeyFrame(transport.nowNanos());
      }
    }
  }

  @Override
  public void onProducerClosed(boolean lost) {
    closed = true;
    current(null);
    target(null);
    transport.forget(this);
    if (lost) {
      transport.lost(this);
    }
  }

  /** Ends it. */
  public void close() {
    if (!closed) {
      producer.unsubscribe(this);
      onProducerClosed(false);
    }
  }

  // -- what it is ----------------------------------------------------------------------------------------------------

  public String id() {
    return id;
  }

  public Producer producer() {
    return producer;
  }

  int ssrc() {
    return ssrc;
  }

  int rtxSsrc() {
    return rtxSsrc;
  }

  int payloadType() {
    return payloadType;
  }

  int rtxPayloadType() {
    return rtxPayloadType;
  }

  /** Whether the viewer tells of its packets, and there is a stream that can carry probes. */
  boolean isMeasured() {
    return measured;
  }

  int nextRtxSequence() {
    return rtxSequence++ & 0xffff;
  }

  byte[] cname() {
    return cname;
  }

  ExtensionTemplate extensions() {
    return extensions;
  }

  StreamRewriter rewriter() {
    return rewriter;
  }

  int packetsSent() {
    return packetsSent;
  }

  int bytesSent() {
    return bytesSent;
  }

  /** A sender report with these middle 32 bits of its NTP time went out. */
  void reported(int ntpMiddle, long nowNanos) {
    int slot = reports++ & (REMEMBERED_REPORTS - 1);
    reportMiddles[slot] = ntpMiddle;
    reportNanos[slot] = nowNanos;
  }

  /** Round trip in nanoseconds by a report block that answers one of the last sender reports, or -1 (RFC 3550, 6.4.1). */
  long roundTrip(int lastSr, int delaySinceLastSr, long nowNanos) {
    for (int i = 0; i < Math.min(reports, REMEMBERED_REPORTS); i++) {
      if (lastSr != 0 && lastSr == reportMiddles[i]) {
        return Math.max(0, nowNanos - reportNanos[i] - NtpTime.compactToNanos(delaySinceLastSr));
      }
    }
    return -1;
  }
}
