package sfu.node.media.relay;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.media.producer.Producer;
import sfu.node.media.producer.ProducerHost;
import sfu.node.media.producer.ProducerStream;
import sfu.node.media.producer.StreamRequests;
import sfu.node.media.transport.LoopContext;
import sfu.node.media.transport.TimerHeap;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.rtcp.RelayReport;
import sfu.protocol.rtcp.RelayWants;
import sfu.protocol.rtcp.RtcpWriter;

/**
 * A producer that another worker receives, as it is here: what its viewers want of it goes over the link as wants,
 * NACKs and key-frame requests; what its sender does comes as reports. With a timer of its own, since a link carries
 * many. Confined to the loop's thread.
 */
final class RelayedProducer extends TimerHeap.Timed implements ProducerHost {
  private static final long WANTS_NANOS = 500_000_000L;

  /** Until the first report. */
  private static final long IMPATIENT_NANOS = 50_000_000L;

  /** Nobody views it: a viewer that comes back within this finds it still here. */
  private static final long LINGER_NANOS = 2_000_000_000L;

  /** Without a way to the other end there is nothing to do but to wait for one. */
  private static final long NO_WAY_NANOS = 100_000_000L;

  private static final int MAX_COMPOUND = 1200;
  private static final Logger LOG = LoggerFactory.getLogger(RelayedProducer.class);

  private final RelayTransport link;
  private final long relay;
  private final LoopContext context;
  private final Producer producer;
  private final RtcpWriter writer = new RtcpWriter();
  private final int[] epochs;
  private final int[] wantedSsrcs;
  private final int[] wantedEpochs;
  private int wantsNumber;
  private long nextWantsNanos;
  private boolean reported;
  private int reportNumber;
  private long reportNanos;
  private long unusedSinceNanos;

  RelayedProducer(
      RelayTransport link,
      long relay,
      String producerId,
      String channelId,
      StreamType type,
      RtpParameters parameters,
      boolean paused) {
    int layers = parameters.encodings().size();
    this.link = link;
    this.relay = relay;
    this.context = link.context();
    this.producer = Producer.relayed(producerId, channelId, type, this, parameters, paused);
    this.epochs = new int[layers];
    this.wantedSsrcs = new int[layers];
    this.wantedEpochs = new int[layers];
    this.nextWantsNanos = context.nowNanos();
    this.reportNanos = context.nowNanos();
    this.unusedSinceNanos = context.nowNanos();
    context.timers.schedule(this, context.nowNanos());
  }

  Producer producer() {
    return producer;
  }

  /** By which the two ends name it: the SSRC of its lowest layer. */
  int lowestSsrc() {
    return producer.layer(0).ssrc();
  }

  // -- from the other end --------------------------------------------------------------------------------------------

  void onReport(RelayReport report, long now) {
    if (reported && report.number() - reportNumber <= 0) {
      return;
    }
    if (report.isClosed()) {
      producer.close();
      return;
    }
    boolean changed = !reported;
    reported = true;
    reportNumber = report.number();
    reportNanos = now;
    if (report.isPaused()) {
      producer.pause(true);
    }
    for (int i = 0; i < Math.min(report.layerCount(), producer.layerCount()); i++) {
      ProducerStream layer = producer.layer(i);
      if (report.ssrc(i) == layer.ssrc()) {
        changed |= producer.isActive(layer) != report.isActive(i);
        onLayer(report, i, layer, now);
      }
    }
    if (!report.isPaused()) {
      producer.pause(false);
    }
    if (changed) {
      producer.layersChanged();
    }
  }

  private void onLayer(RelayReport report, int index, ProducerStream layer, long now) {
    if (report.epoch(index) != epochs[index]) {
      epochs[index] = report.epoch(index);
      producer.restart(layer);
      wantsChanged();
    }
    layer.report(report.isActive(index), report.bitrateBps(index));
    if (report.isClockKnown(index)) {
      layer.onSenderReport(report.ntpTimestamp(index), report.rtpTimestamp(index), now);
    }
  }

  // -- to the other end ----------------------------------------------------------------------------------------------

  @Override
  public void wakeAt(long nanos) {
    context.timers.scheduleEarlier(this, nanos);
  }

  @Override
  public void watchedChanged(Producer ours) {
    wantsChanged();
  }

  private void wantsChanged() {
    if (!producer.isClosed()) {
      nextWantsNanos = context.nowNanos();
      context.timers.scheduleEarlier(this, nextWantsNanos);
    }
  }

  @Override
  public void began(ProducerStream stream, long now) {
    // Whether a layer is there is the reports' to tell.
  }

  @Override
  public void subscribedChanged(Producer ours) {
    if (!producer.hasSubscribers()) {
      unusedSinceNanos = context.nowNanos();
      context.timers.scheduleEarlier(this, unusedSinceNanos + LINGER_NANOS);
    }
  }

  @Override
  protected long onTimer(long now) {
    try {
      return onDue(now);
    } catch (RuntimeException e) {
      LOG.error("relayed producer {} on link {} ends by a defect", producer.id(), link.id(), e);
      producer.lose();
      link.owner().relayEnded(link, relay, producer);
      return Long.MAX_VALUE;
    }
  }

  private long onDue(long now) {
    if (now - reportNanos >= RelayTransport.LOST_NANOS) {
      LOG.debug("no report of producer {} on link {} any more", producer.id(), link.id());
      producer.lose();
      link.owner().relayEnded(link, relay, producer);
      return Long.MAX_VALUE;
    }
    boolean unused = !producer.hasSubscribers();
    if (unused && now - unusedSinceNanos >= LINGER_NANOS) {
      producer.close();
      link.owner().relayEnded(link, relay, producer);
      return Long.MAX_VALUE;
    }
    long deadline = Math.min(reportNanos + RelayTransport.LOST_NANOS, send(now));
    return unused ? Math.min(deadline, unusedSinceNanos + LINGER_NANOS) : deadline;
  }

  /** Sends what is due. Returns when something will be next. */
  private long send(long now) {
    long at = link.reserveControl(MAX_COMPOUND);
    if (at < 0) {
      return now + NO_WAY_NANOS;
    }
    writer.wrap(context.io.outBuffer(), at, MAX_COMPOUND);
    // Before the requests: what isn't wanted is not asked for either.
    if (now >= nextWantsNanos) {
      writeWants();
      nextWantsNanos = now + (reported ? WANTS_NANOS : IMPATIENT_NANOS);
    }
    link.requests().write(writer, producer, now);
    if (writer.length() > 0) {
      link.commitControl(at, writer.length());
    }
    return Math.max(now, Math.min(nextWantsNanos, StreamRequests.nextDeadlineNanos(producer)));
  }

  private void writeWants() {
    int wanted = 0;
    for (int i = 0; i < producer.layerCount(); i++) {
      ProducerStream layer = producer.layer(i);
      if (layer.isWatched()) {
        wantedSsrcs[wanted] = layer.ssrc();
        wantedEpochs[wanted++] = epochs[i];
      }
    }
    RelayWants.write(
        writer, StreamRequests.LOCAL_SSRC, lowestSsrc(), ++wantsNumber, wantedSsrcs, wantedEpochs, wanted);
  }

  // -- life ----------------------------------------------------------------------------------------------------------

  @Override
  public void forget(Producer ours) {
    context.timers.cancel(this);
    link.forget(this);
  }
}
