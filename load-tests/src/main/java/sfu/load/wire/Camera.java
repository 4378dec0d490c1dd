package sfu.load.wire;

import java.util.random.RandomGenerator;
import sfu.load.engine.StreamKey;
import sfu.load.engine.VideoSettings;
import sfu.protocol.ortc.StreamType;

/**
 * A camera or a screen: frames in one to three layers, a key frame when one is asked for. Packets leave as Chromium's
 * do: one at a time, the highest layer's frame first, and when the pacer held some back, a packet of each layer by
 * turns. Without a pacer all of a frame leaves at once.
 */
final class Camera extends Source {

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Chromium's encoder gives no two key frames closer than this. */
  private static final long KEY_FRAME_INTERVAL_NANOS = 300_000_000;

  private final StreamType type;
  private final VideoSettings settings;
  private final FrameSizes sizes;
  private final long frameNanos;
  private final Pacer pacer;
  private final Layer[] layers;
  private int frame;
  private long frameDueNanos;
  private boolean sending;
  /** When the burst under way began, or may. */
  private long burstNanos;
  /** Whether the pacer held packets of this frame back: they wait in a queue for each layer, which take turns. */
  private boolean queued;
  /** The layer whose turn it is. */
  private int turn;

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

  /** The pacer is that of all video of whom it belongs to. */
  Camera(
      Pace pace, Scratch scratch, StreamKey key, VideoSettings settings, Pacer pacer, RandomGenerator random) {
    super(pace, scratch, key, random);
    this.type = key.type();
    this.settings = settings;
    this.sizes = new FrameSizes(type == StreamType.SCREEN, settings, stampSource);
    this.frameNanos = NANOS_PER_SECOND / settings.framesPerSecond();
    this.pacer = pacer;
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
    for (Layer layer : layers) {
      layer.keyFrameDue = true;
    }
  }

  @Override
  long tick(long dueNanos, long nowNanos) {
    if (!sending) {
      beginFrame(dueNanos, nowNanos);
    }
    while (findPacket()) {
      if (settings.paced()) {
        long waitNanos = pacer.waitNanos(nowNanos);
        if (waitNanos > 0) {
          queued = true;
          burstNanos = nowNanos + waitNanos;
          turn = layers.length - 1;
          return nowNanos + waitNanos - dueNanos;
        }
      }
      int bytes = sendPacket(turn, layers[turn], nowNanos);
      if (queued) {
        passTurn();
      }
      if (settings.paced()) {
        pacer.onSent(bytes);
        if (findPacket() && nowNanos - burstNanos < Pacer.MAX_BURST_NANOS) {
          return nowNanos + Pacer.GAP_NANOS - dueNanos;
        }
      }
    }
    sending = false;
    frame++;
    return frameDueNanos + frameNanos - dueNanos;
  }

  private void beginFrame(long dueNanos, long nowNanos) {
    frameDueNanos = dueNanos;
    sending = true;
    queued = false;
    burstNanos = nowNanos;
    turn = layers.length - 1;
    for (int i = 0; i < layers.length; i++) {
      begin(i, layers[i], nowNanos);
    }
  }

  /** Gives the turn to a layer that has a packet left, or says that none has. */
  private boolean findPacket() {
    for (int i = 0; i < layers.length; i++) {
      if (layers[turn].sent < layers[turn].packetizer.packets()) {
        return true;
      }
      passTurn();
    }
    return false;
  }

  private void passTurn() {
    turn = turn == 0 ? layers.length - 1 : turn - 1;
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
