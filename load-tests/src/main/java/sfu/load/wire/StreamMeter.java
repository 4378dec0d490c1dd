package sfu.load.wire;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.IntCountsHistogram;
import sfu.load.engine.StreamKey;
import sfu.load.engine.VideoSettings;

/**
 * What one participant got of one stream, over all its connections and transports. Confined to one thread; times are
 * monotonic nanoseconds.
 */
final class StreamMeter {

  /** The most that a simulcast camera has. */
  static final int MAX_LAYERS = VideoSettings.MAX_LAYERS;

  private static final int NO_LAYER = -1;

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
  private final long openedNanos;
  private long firstPacketNanos = GapMeter.NEVER;
  private long firstKeyFrameNanos = GapMeter.NEVER;
  private long packets;
  private long bytes;
  private long foreign;
  private int layer = NO_LAYER;
  private LinkLoss left = LinkLoss.NONE;

  /** {@code openedNanos}: when the stream was announced. */
  StreamMeter(StreamKey key, boolean video, long openedNanos) {
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

  GapMeter gaps() {
    return gaps;
  }

  /**
   * A packet arrived, by itself or by retransmission.
   *
   * @param stamp what its payload's end says; null if it says nothing
   * @param lengthBytes of the RTP packet
   */
  void onPacket(Stamp stamp, int lengthBytes, boolean keyFrame, long nowNanos) {
    if (firstPacketNanos == GapMeter.NEVER) {
      firstPacketNanos = nowNanos;
    }
    if (keyFrame && firstKeyFrameNanos == GapMeter.NEVER) {
      firstKeyFrameNanos = nowNanos;
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
      delayMicros.recordValue(Math.max(0, nowNanos - stamp.sentNanos()) / 1_000);
      if (video) {
        frames.onPacket(layer, stamp.frame(), stamp.packets());
      }
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
        firstPacketNanos == GapMeter.NEVER ? -1 : firstPacketNanos - openedNanos,
        firstKeyFrameNanos == GapMeter.NEVER ? -1 : firstKeyFrameNanos - openedNanos,
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
