package sfu.load.wire;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.IntCountsHistogram;
import sfu.load.engine.StreamKey;
import sfu.load.engine.StreamQuality;
import sfu.load.engine.VideoSettings;
import sfu.protocol.codec.PayloadInfo;

/**
 * What one participant got of one stream, over all its connections and transports. Confined to one thread; times are
 * monotonic nanoseconds.
 */
final class StreamMeter {

  /** The most that a simulcast camera has. */
  static final int MAX_LAYERS = VideoSettings.MAX_LAYERS;

  private static final int NO_LAYER = -1;
  private static final int UNKNOWN = -1;

  /** Values are microseconds with two significant digits, so that a histogram takes a few KB. */
  private static final int DIGITS = 2;

  private final StreamKey key;
  private final int source;
  private final boolean video;
  private final GapMeter gaps;
  private final CounterWindow[] layers = new CounterWindow[MAX_LAYERS];
  private final long[] packetsByLayer = new long[MAX_LAYERS];
  private final FrameMeter frames = new FrameMeter();
  private final IntCountsHistogram delayMicros = new IntCountsHistogram(DIGITS);
  private final JoinClock clock;
  private final Totals totals;
  private final long openedNanos;
  private long firstPacketNanos = GapMeter.NEVER;
  private long firstKeyFrameNanos = GapMeter.NEVER;
  private long packets;
  private long bytes;
  private long foreign;
  private long longestGapNanos;
  private int width = UNKNOWN;
  private int height = UNKNOWN;
  private int layer = NO_LAYER;
  private LinkLoss left = LinkLoss.NONE;

  /** {@code openedNanos}: when the stream was announced. */
  StreamMeter(StreamKey key, boolean video, long openedNanos, JoinClock clock) {
    this.clock = clock;
    this.totals = clock.totals();
    this.key = key;
    this.source = Stamp.sourceOf(key);
    this.video = video;
    this.openedNanos = openedNanos;
    this.gaps = new GapMeter(openedNanos);
    delayMicros.setAutoResize(true);
  }

  StreamKey key() {
    return key;
  }

  /** Of the loop that it is confined to. */
  Totals totals() {
    return totals;
  }

  GapMeter gaps() {
    return gaps;
  }

  /**
   * A packet arrived, by itself or by retransmission.
   *
   * @param stamp what its payload's end says; null if it says nothing
   * @param info what its payload's begin says
   * @param lengthBytes of the RTP packet
   */
  void onPacket(Stamp stamp, PayloadInfo info, int lengthBytes, long nowNanos) {
    if (firstPacketNanos == GapMeter.NEVER) {
      firstPacketNanos = nowNanos;
      clock.onMedia(nowNanos);
    } else {
      longestGapNanos = Math.max(longestGapNanos, nowNanos - gaps.lastPacketNanos());
    }
    if (video && info.keyFrame()) {
      onKeyFrame(info, nowNanos);
    }
    gaps.onPacket(nowNanos);
    packets++;
    bytes += lengthBytes;
    if (stamp == null || stamp.source() != source || stamp.layer() >= MAX_LAYERS) {
      foreign++;
      return;
    }
    layer = stamp.layer();
    packetsByLayer[layer]++;
    if (layers[layer] == null) {
      layers[layer] = new CounterWindow();
    }
    if (layers[layer].onPacket(stamp.counter())) {
      long micros = Math.max(0, nowNanos - stamp.sentNanos()) / 1_000;
      delayMicros.recordValue(micros);
      totals.onDelay(micros);
      if (video && frames.onPacket(layer, stamp.frame(), stamp.packets())) {
        totals.frames++;
      }
    }
  }

  private void onKeyFrame(PayloadInfo info, long nowNanos) {
    if (firstKeyFrameNanos == GapMeter.NEVER) {
      firstKeyFrameNanos = nowNanos;
    }
    if (info.width() > 0) {
      width = info.width();
      height = info.height();
    }
  }

  /** A connection carries it no longer, and did this to it. */
  void leaves(LinkLoss loss) {
    left = left.plus(loss);
  }

  /** {@code carried}: what the connections that carry it now did to it, null if none does. */
  StreamReport report(long nowNanos, LinkLoss carried) {
    return new StreamReport(
        key,
        packets,
        bytes,
        foreign,
        firstPacketNanos == GapMeter.NEVER ? UNKNOWN : firstPacketNanos - openedNanos,
        firstKeyFrameNanos == GapMeter.NEVER ? UNKNOWN : firstKeyFrameNanos - openedNanos,
        carried != null,
        carried == null ? left : left.plus(carried),
        missing(),
        doubles(),
        layer,
        List.of(packetsByLayer[0], packetsByLayer[1], packetsByLayer[2]),
        frames.complete(),
        frames.incomplete(),
        gaps.packetsSinceMark(),
        gaps.longestNanos(nowNanos),
        gaps.longestStartNanos(nowNanos) - gaps.markNanos(),
        gaps.silenceNanos(nowNanos));
  }

  /** The same in the terms of any engine; what takes a decoder to know is -1. */
  StreamQuality quality(long nowNanos, LinkLoss carried) {
    LinkLoss link = carried == null ? left : left.plus(carried);
    boolean begun = firstPacketNanos != GapMeter.NEVER;
    long silenceNanos = begun ? nowNanos - gaps.lastPacketNanos() : UNKNOWN;
    return new StreamQuality(
        key,
        packets,
        bytes,
        link.lost(),
        link.repaired(),
        link.jitterNanos(),
        delayNanos(50),
        delayNanos(99),
        firstKeyFrameNanos == GapMeter.NEVER ? UNKNOWN : firstKeyFrameNanos - openedNanos,
        // What nobody sends any more is no gap.
        carried == null ? longestGapNanos : Math.max(longestGapNanos, silenceNanos),
        silenceNanos,
        layer,
        frames.complete(),
        frames.incomplete(),
        UNKNOWN,
        UNKNOWN,
        width,
        height,
        UNKNOWN);
  }

  private long delayNanos(double percentile) {
    return delayMicros.getTotalCount() == 0 ? UNKNOWN : delayMicros.getValueAtPercentile(percentile) * 1_000;
  }

  /** An SFU chooses among a camera's packets, so that only of a voice each missing one is a lost one. */
  private long missing() {
    return video || layers[0] == null ? 0 : layers[0].missing();
  }

  private long doubles() {
    long sum = 0;
    for (CounterWindow window : layers) {
      sum += window == null ? 0 : window.doubles();
    }
    return sum;
  }

  /** A copy of the delays from sending to arrival, in microseconds. */
  Histogram delayMicros() {
    Histogram copy = new Histogram(DIGITS);
    copy.setAutoResize(true);
    copy.add(delayMicros);
    return copy;
  }
}
