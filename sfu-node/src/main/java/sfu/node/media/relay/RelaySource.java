package sfu.node.media.relay;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.media.producer.InboundPacket;
import sfu.node.media.producer.Producer;
import sfu.node.media.producer.ProducerStream;
import sfu.node.media.producer.StreamRequests;
import sfu.node.media.producer.StreamSubscriber;
import sfu.node.media.transport.LoopContext;
import sfu.node.media.transport.TimerHeap;
import sfu.protocol.rtcp.RelayReport;
import sfu.protocol.rtcp.RelayWants;
import sfu.protocol.rtcp.RtcpWriter;
import sfu.protocol.stream.NtpTime;

/**
 * A producer of this worker on its way to another over a link: the layers that are wanted there, once, however many
 * view them; and reports on all layers, so that the other end can choose. What the other end wants it has to say
 * again and again. Confined to the loop's thread.
 */
final class RelaySource extends TimerHeap.Timed implements StreamSubscriber {
  private static final long REPORT_NANOS = 500_000_000L;

  /** A change is told twice in short order, and again until the other end shows that it knows. */
  private static final long REPEAT_NANOS = 50_000_000L;

  /** How often layers are looked at for having fallen silent or come back. */
  private static final long LOOK_NANOS = 250_000_000L;

  /** Not asked for during this, layers cease to flow: more than an outage that is soon over. */
  private static final long UNASKED_NANOS = 3_000_000_000L;

  /** Not asked for during this, it ends. */
  private static final long FORGOTTEN_NANOS = 10_000_000_000L;

  private static final int CLOSED_REPORTS = 3;
  private static final int MAX_COMPOUND = 1200;

  private static final Logger LOG = LoggerFactory.getLogger(RelaySource.class);

  private final RelayTransport link;
  private final long relay;
  private final LoopContext context;
  private final Producer producer;
  private final List<RelayLayer> layers = new ArrayList<>();
  private final boolean[] active;
  private final int rtxPayloadType;
  private final RtcpWriter writer = new RtcpWriter();
  private int reports;
  private long nextReportNanos;
  private int repetitions;
  private long wantsNanos;
  private int wantsNumber;
  private boolean asked;
  private boolean unknown;
  private int closedReports;
  private boolean closed;

  private RelaySource(RelayTransport link, long relay, Producer producer, List<LinkStream> streams) {
    this.link = link;
    this.relay = relay;
    this.context = link.context();
    this.producer = producer;
    this.active = new boolean[streams.size()];
    this.rtxPayloadType = LinkRtpParameters.rtxPayloadType(producer);
    for (int i = 0; i < streams.size(); i++) {
      layers.add(new RelayLayer(this, producer.layer(i), streams.get(i)));
    }
    this.wantsNanos = context.nowNanos();
    this.nextReportNanos = context.nowNanos();
    producer.subscribe(this);
    context.timers.schedule(this, context.nowNanos());
  }

  /** Null if the link carries too many streams. */
  static RelaySource create(RelayTransport link, long relay, Producer producer) {
    long now = link.context().nowNanos();
    List<LinkStream> streams = new ArrayList<>();
    for (int i = 0; i < producer.layerCount(); i++) {
      LinkStream stream = link.sender().streams().take(now);
      if (stream == null) {
        streams.forEach(taken -> link.sender().streams().release(taken, now));
        return null;
      }
      streams.add(stream);
    }
    return new RelaySource(link, relay, producer, streams);
  }

  RelayTransport link() {
    return link;
  }

  Producer producer() {
    return producer;
  }

  List<RelayLayer> layers() {
    return layers;
  }

  int rtxPayloadType() {
    return rtxPayloadType;
  }

  /** The other end's number for it. */
  long relay() {
    return relay;
  }

  // -- from the producer ---------------------------------------------------------------------------------------------

  @Override
  public void offer(InboundPacket packet) {
    RelayLayer layer = layers.get(packet.stream().layer());
    if (layer.isWanted()) {
      link.sender().enqueue(layer, packet);
    }
  }

  @Override
  public void onPauseChanged() {
    for (RelayLayer layer : layers) {
      if (producer.isPaused()) {
        layer.breakOff();
      } else if (layer.isWanted()) {
        layer.requestKeyFrame(context.nowNanos());
      }
    }
    report();
  }

  @Override
  public void onRestarted(ProducerStream restarted) {
    if (layers.get(restarted.layer()).breakOff()) {
      report();
    }
  }

  @Override
  public void onLayersChanged() {
    report();
  }

  @Override
  public void onProducerClosed(boolean lost) {
    release();
    closedReports = CLOSED_REPORTS;
    report();
    link.owner().sourceEnded(link, producer);
  }

  // -- from the other end --------------------------------------------------------------------------------------------

  void onWants(RelayWants wants, long now) {
    if (closed || asked && wants.number() - wantsNumber <= 0) {
      return;
    }
    wantsNumber = wants.number();
    wantsNanos = now;
    unknown = false;
    boolean changed = !asked;
    asked = true;
    for (int i = 0; i < layers.size(); i++) {
      RelayLayer layer = layers.get(i);
      int at = find(wants, layer.ssrc());
      if (at < 0) {
        changed |= layer.unwant();
      } else {
        layer.want(wants.epoch(at), now);
        unknown |= wants.epoch(at) != layer.epoch();
      }
    }
    if (changed || unknown) {
      report();
    }
  }

  private static int find(RelayWants wants, int ssrc) {
    for (int i = 0; i < wants.count(); i++) {
      if (wants.ssrc(i) == ssrc) {
        return i;
      }
    }
    return -1;
  }

  // -- to the other end ----------------------------------------------------------------------------------------------

  /** Something changed: tells it soon, which is with the next timers. */
  void report() {
    repetitions = 1;
    nextReportNanos = context.nowNanos();
    context.timers.scheduleEarlier(this, nextReportNanos);
  }

  @Override
  protected long onTimer(long now) {
    try {
      return closed ? onClosedTimer(now) : onDue(now);
    } catch (RuntimeException e) {
      LOG.error("the relay of producer {} over link {} ends by a defect", producer.id(), link.id(), e);
      close();
      return Long.MAX_VALUE;
    }
  }

  private long onDue(long now) {
    if (now - wantsNanos >= FORGOTTEN_NANOS) {
      LOG.debug("producer {} is not asked for any more over link {}", producer.id(), link.id());
      close();
      return Long.MAX_VALUE;
    }
    boolean changed = false;
    for (int i = 0; i < active.length; i++) {
      RelayLayer layer = layers.get(i);
      if (now - wantsNanos >= UNASKED_NANOS) {
        changed |= layer.unwant();
      }
      boolean isActive = producer.isActive(layer.stream());
      changed |= isActive != active[i];
      active[i] = isActive;
    }
    if (changed) {
      repetitions = 1;
      nextReportNanos = now;
    }
    if (now >= nextReportNanos) {
      writeReport(now, false);
      boolean again = unknown || repetitions > 0;
      repetitions = 0;
      nextReportNanos = now + (again ? REPEAT_NANOS : REPORT_NANOS);
    }
    return Math.min(nextReportNanos, now + LOOK_NANOS);
  }

  private long onClosedTimer(long now) {
    writeReport(now, true);
    return --closedReports > 0 ? now + REPEAT_NANOS : Long.MAX_VALUE;
  }

  private void writeReport(long now, boolean end) {
    long at = link.reserveControl(MAX_COMPOUND);
    if (at < 0) {
      return;
    }
    writer.wrap(context.io.outBuffer(), at, MAX_COMPOUND);
    int lowest = layers.getFirst().ssrc();
    long report =
        RelayReport.write(
            writer, StreamRequests.LOCAL_SSRC, lowest, ++reports, producer.isPaused(), end, layers.size());
    if (report < 0) {
      return;
    }
    for (int i = 0; i < layers.size(); i++) {
      RelayLayer layer = layers.get(i);
      ProducerStream stream = layer.stream();
      RelayReport.layer(
          writer, report, i, layer.ssrc(), layer.epoch(), active[i], end ? 0 : stream.steadyBitrateBps(now));
      if (stream.senderReport().isKnown()) {
        long senderNanos = stream.senderNanosAt(now);
        RelayReport.clock(
            writer, report, i, NtpTime.ofUnixNanos(senderNanos), stream.senderReport().timestampAt(senderNanos));
      }
    }
    link.commitControl(at, writer.length());
  }

  // -- life ----------------------------------------------------------------------------------------------------------

  private void release() {
    closed = true;
    for (RelayLayer layer : layers) {
      layer.close(context.nowNanos());
    }
    link.sender().forget(this);
  }

  /** Ends it, though the producer goes on. */
  void close() {
    if (!closed) {
      producer.unsubscribe(this);
      release();
      context.timers.cancel(this);
    }
  }
}
