package sfu.node.media.consumer;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;
import sfu.node.media.MediaEvent;
import sfu.node.media.io.Path;
import sfu.node.media.producer.InboundPacket;
import sfu.node.media.producer.Producer;
import sfu.node.media.producer.ProducerStream;
import sfu.node.media.transport.Drop;
import sfu.node.media.transport.LoopContext;
import sfu.node.media.transport.SendRun;
import sfu.node.media.transport.TransportHost;
import sfu.node.media.transport.TransportIdentity;
import sfu.node.media.transport.WebRtcTransport;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.rtp.RtpPacket;
import sfu.protocol.srtp.SrtpSender;
import sfu.protocol.stream.PacketHistory;

/**
 * The server-to-client transport: sends one client all that it consumes. Packets offered during a turn of the loop are
 * gathered and written in one run. Confined to the loop's thread.
 */
public final class ConsumerTransport extends WebRtcTransport implements SendRun.Member {
  /** When the first sender reports go: what is to be reported has mostly begun by then. */
  private static final long FIRST_REPORTS_NANOS = 250_000_000L;

  private final SendRun run;
  private final List<Consumer> consumers = new ArrayList<>();
  private final Int2ObjectHashMap<Consumer> bySsrc = new Int2ObjectHashMap<>();
  private final PacketWriter writer;
  private final ViewerFeedback feedback;
  private final SenderReports senderReports;
  private final LayerAllocator allocator;
  private final Line line;
  private final RtpPacket recalled = new RtpPacket();
  private final PacketHistory.Found found = new PacketHistory.Found();

  /** Who has packets to send at the end of this turn, those with voices apart. */
  private final List<Consumer> videos = new ArrayList<>();

  private final List<Consumer> voices = new ArrayList<>();
  private boolean allocationIsDue;

  /** {@code run} flushes it at the end of a turn; {@code maxBitrateBps}: what may be sent to the client. */
  public ConsumerTransport(
      LoopContext context, TransportIdentity identity, TransportHost host, SendRun run, long maxBitrateBps) {
    super(context, identity, host);
    this.run = run;
    this.writer = new PacketWriter(this, context);
    this.allocator = new LayerAllocator(maxBitrateBps);
    this.senderReports = new SenderReports(this);
    this.line = new Line(this, maxBitrateBps);
    this.feedback = new ViewerFeedback(this, line.transportWide());
    context.timers.schedule(this, context.nowNanos() + CONSENT_NANOS);
  }

  // -- consumers -----------------------------------------------------------------------------------------------------

  /** Adds a consumer; null if one of its SSRCs is in use here. */
  public Consumer consume(String consumerId, Producer producer, RtpParameters parameters, boolean paused) {
    RtpEncodingParameters encoding = parameters.encodings().getFirst();
    boolean rtx = encoding.rtx() != null;
    if (bySsrc.containsKey(encoding.ssrc().intValue()) || rtx && bySsrc.containsKey((int) encoding.rtx().ssrc())) {
      return null;
    }
    Consumer consumer = new Consumer(consumerId, producer, this, parameters, paused);
    consumers.add(consumer);
    bySsrc.put(consumer.ssrc(), consumer);
    if (consumer.rtxSsrc() != 0) {
      bySsrc.put(consumer.rtxSsrc(), consumer);
    }
    if (consumer.isMeasured()) {
      line.measure();
    }
    consumer.onLayersChanged();
    return consumer;
  }

  void forget(Consumer consumer) {
    consumers.remove(consumer);
    bySsrc.remove(consumer.ssrc(), consumer);
    bySsrc.remove(consumer.rtxSsrc(), consumer);
    videos.remove(consumer);
    voices.remove(consumer);
    host().gone(consumer.id());
    reallocate();
  }

  /** A consumer ended with the way its producer came by: whoever owns it may set it up again. */
  void lost(Consumer consumer) {
    tellOwner(new MediaEvent.ConsumerLost(consumer.id()));
  }

  List<Consumer> consumers() {
    return consumers;
  }

  Consumer bySsrc(int ssrc) {
    return bySsrc.get(ssrc);
  }

  // -- the way of a packet out ---------------------------------------------------------------------------------------

  /** Takes a packet for the run at the end of this turn. */
  void enqueue(Consumer consumer, InboundPacket packet) {
    if (consumer.take(packet)) {
      if (videos.isEmpty() && voices.isEmpty()) {
        run.add(this);
      }
      (consumer.isVideo() ? videos : voices).add(consumer);
    }
  }

  /**
   * Stream by stream, so that a frame's packets lie side by side, and voices last: what is shorter than the packets before
   * it leaves with them.
   */
  @Override
  public void flush() {
    long now = context.nowNanos();
    writer.beginRun(now);
    flush(videos, now);
    flush(voices, now);
  }

  private static void flush(List<Consumer> sending, long now) {
    for (int i = 0; i < sending.size(); i++) {
      sending.get(i).flush(now);
    }
    sending.clear();
  }

  PacketWriter writer() {
    return writer;
  }

  SrtpSender sender() {
    return srtp();
  }

  /** Room for one packet in the out buffer, or -1 if there is no way to the client. */
  long reserve(int maxLength) {
    Path path = selectedPath();
    return path == null ? -1 : context.io.reserve(path, maxLength);
  }

  /** Numbers a packet that is about to be sent, for the viewer's feedback on it. */
  int nextTransportSequence(int bytes) {
    return line.onSending(bytes, context.nowNanos());
  }

  /** Reads a packet of the past, one that came until {@code latestNanos}, back from its stream's history. */
  boolean recall(ProducerStream stream, long sequence, long latestNanos, InboundPacket into) {
    if (!stream.history().find((int) sequence & 0xffff, context.nowNanos(), found)
        || found.committedNanos() > latestNanos) {
      return false;
    }
    if (!recalled.wrap(found.segment(), found.offset(), found.length())) {
      return false;
    }
    into.read(stream, recalled, found.segment(), found.offset(), found.length(), sequence);
    return true;
  }

  // -- RTCP, timers, life --------------------------------------------------------------------------------------------

  /** Nothing is received here but RTCP. */
  @Override
  public void onRtp(MemorySegment segment, long offset, int length) {
    context.counters.drop(Drop.UNEXPECTED);
  }

  @Override
  protected void onRtcpPlain(MemorySegment segment, long offset, int length) {
    writer.beginRun(context.nowNanos());
    feedback.onRtcp(segment, offset, length, context.nowNanos());
  }

  /** The viewer told of packets, which {@link Line} knows already. */
  void onTransportFeedback(long roundTripNanos, long nowNanos) {
    if (line.onFeedback(roundTripNanos, nowNanos)) {
      reallocate();
    }
  }

  @Override
  protected void onSelected() {
    super.onSelected();
    line.pathChanged();
  }

  @Override
  protected void onConnected() {
    reallocate();
    context.timers.scheduleEarlier(this, context.nowNanos() + FIRST_REPORTS_NANOS);
    for (Consumer consumer : consumers) {
      consumer.onLayersChanged();
    }
  }

  /** What is consumed, or what there is to consume, changed: shares the budget anew, still in this turn. */
  void reallocate() {
    if (!isClosed() && isConnected() && !allocationIsDue) {
      allocationIsDue = true;
      run.addAllocation(this);
    }
  }

  @Override
  public void allocate() {
    allocationIsDue = false;
    if (!isClosed() && isConnected()) {
      context.timers.scheduleEarlier(this, share(context.nowNanos()));
    }
  }

  /** Returns when to do so again, or to probe. */
  private long share(long nowNanos) {
    allocator.allocate(consumers, line, nowNanos);
    return Math.min(allocator.nextNanos(), line.want(allocator.wantedBps(), nowNanos));
  }

  @Override
  protected long onDue(long nowNanos) {
    long next = checkConsent(nowNanos);
    if (isClosed() || !isConnected()) {
      return isClosed() ? Long.MAX_VALUE : next;
    }
    if (nowNanos >= allocator.nextNanos()) {
      share(nowNanos);
    }
    writer.beginRun(nowNanos);
    next = Math.min(next, line.onTimer(nowNanos));
    next = Math.min(next, allocator.nextNanos());
    return Math.min(next, senderReports.onTimer(nowNanos));
  }

  LoopContext context() {
    return context;
  }

  long nowNanos() {
    return context.nowNanos();
  }

  /** For {@link SenderReports}: room for RTCP in the out buffer, or -1. */
  long reserveReport(int maxLength) {
    return reserveRtcp(maxLength);
  }

  void commitReport(long offset, int length) {
    commitRtcp(offset, length);
  }

  @Override
  public void close() {
    videos.clear();
    voices.clear();
    for (Consumer consumer : List.copyOf(consumers)) {
      consumer.close();
    }
    super.close();
  }
}
