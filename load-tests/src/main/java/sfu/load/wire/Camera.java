package sfu.load.wire;

import java.util.random.RandomGenerator;
import sfu.load.engine.StreamKey;
import sfu.load.engine.VideoSettings;
import sfu.protocol.ortc.StreamType;

/**
 * A camera or a screen: frames in one to three layers, a key frame when one is asked for. All layers' packets of a
 * frame leave at once as far as the pacer's budget goes, the rest in steps, as Chromium has it; without a pacer, all of
 * them.
 */
final class Camera extends Source {

  /** Chromium's pacer sends 2.5 times as fast as the encoder means to, and may be ahead of that by 40 ms. */
  private static final double PACING_FACTOR = 2.5;

  private static final double BURST_SECONDS = 0.040;
  private static final long STEP_NANOS = 5_000_000;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Chromium's encoder gives no two key frames closer than this. */
  private static final long KEY_FRAME_INTERVAL_NANOS = 300_000_000;

  private final StreamType type;
  private final VideoSettings settings;
  private final FrameSizes sizes;
  private final long frameNanos;
  private final double bytesPerNano;
  private final double burstBytes;
  private final Layer[] layers;
  private int frame;
  private long frameDueNanos;
  private boolean sending;
  private double budgetBytes;
  private long budgetNanos;

  /** A layer's frame under way, and what the next continues. */
  private static final class Layer {
    final Packetizer packetizer;
    boolean keyFrameDue = true;
    long lastKeyFrameNanos = Long.MIN_VALUE;
    int sent;
    int counter;

    Layer(Packetizer packetizer) {
      this.packetizer = packetizer;
    }
  }

  Camera(Pace pace, Scratch scratch, StreamKey key, VideoSettings settings, RandomGenerator random) {
    super(pace, scratch, key, random);
    this.type = key.type();
    this.settings = settings;
    this.sizes = new FrameSizes(type == StreamType.SCREEN, settings, stampSource);
    this.frameNanos = NANOS_PER_SECOND / settings.framesPerSecond();
    double bps = settings.layerBps().stream().mapToInt(Integer::intValue).sum();
    this.bytesPerNano = PACING_FACTOR * bps / 8 / NANOS_PER_SECOND;
    this.burstBytes = PACING_FACTOR * bps / 8 * BURST_SECONDS;
    this.layers = new Layer[settings.layers()];
    for (int i = 0; i < layers.length; i++) {
      int scale = settings.scaleDownBy(i);
      layers[i] =
          new Layer(
              Packetizer.of(
                  settings.codec(),
                  type == StreamType.SCREEN,
                  settings.width() / scale,
                  settings.height() / scale,
                  random.nextInt(1 << 15),
                  random.nextInt(256)));
    }
  }

  @Override
  StreamType type() {
    return type;
  }

  VideoSettings settings() {
    return settings;
  }

  @Override
  long intervalNanos() {
    return frameNanos;
  }

  @Override
  void onKeyFrameRequest(int layer) {
    if (layer < layers.length) {
      layers[layer].keyFrameDue = true;
    }
  }

  @Override
  void onStart(long nowNanos) {
    sending = false;
    budgetBytes = burstBytes;
    budgetNanos = nowNanos;
    for (Layer layer : layers) {
      layer.keyFrameDue = true;
    }
  }

  @Override
  long tick(long dueNanos, long nowNanos) {
    if (!sending) {
      frameDueNanos = dueNanos;
      sending = true;
      for (int i = 0; i < layers.length; i++) {
        begin(i, layers[i], nowNanos);
      }
    }
    budgetBytes = Math.min(burstBytes, budgetBytes + (nowNanos - budgetNanos) * bytesPerNano);
    budgetNanos = nowNanos;
    for (int i = 0; i < layers.length; i++) {
      while (layers[i].sent < layers[i].packetizer.packets()) {
        if (settings.paced() && budgetBytes <= 0) {
          return STEP_NANOS;
        }
        budgetBytes -= sendPacket(i, layers[i], nowNanos);
      }
    }
    sending = false;
    frame++;
    return frameDueNanos + frameNanos - dueNanos;
  }

  private void begin(int index, Layer layer, long nowNanos) {
    boolean mayKey =
        layer.lastKeyFrameNanos == Long.MIN_VALUE
            || nowNanos - layer.lastKeyFrameNanos >= KEY_FRAME_INTERVAL_NANOS;
    boolean keyFrame = layer.keyFrameDue && mayKey;
    if (keyFrame) {
      layer.keyFrameDue = false;
      layer.lastKeyFrameNanos = nowNanos;
    }
    layer.packetizer.begin(keyFrame, sizes.next(index, keyFrame));
    layer.sent = 0;
  }

  private int sendPacket(int index, Layer layer, long nowNanos) {
    int packets = layer.packetizer.packets();
    int length = layer.packetizer.write(scratch.payload, layer.sent);
    Stamp.write(
        scratch.payload, length - Stamp.LENGTH, stampSource, index, frame, packets, layer.counter++, nowNanos);
    layer.sent++;
    send(index, length, layer.sent == packets, frameDueNanos, OutboundStream.NO_LEVEL, nowNanos);
    return length;
  }
}
