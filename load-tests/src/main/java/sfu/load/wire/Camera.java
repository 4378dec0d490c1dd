package sfu.load.wire;

import java.util.random.RandomGenerator;
import sfu.load.engine.StreamKey;
import sfu.load.engine.VideoSettings;
import sfu.protocol.ortc.StreamType;

/**
 * A camera or a screen: VP8 frames in one to three layers, a key frame when one is asked for. A frame's packets leave
 * in bursts of a few, as a browser's pacer lets them.
 */
final class Camera extends Source {

  private static final int MAX_PAYLOAD = 1100;

  /** How much larger than a usual frame a key frame is. */
  private static final int KEY_FRAME_TIMES = 6;

  /** Packets that leave at once, and when the next may. */
  private static final int BURST = 8;

  private static final long BURST_NANOS = 5_000_000;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Chromium's encoder gives no two key frames closer than this. */
  private static final long KEY_FRAME_INTERVAL_NANOS = 300_000_000;

  private final StreamType type;
  private final VideoSettings settings;
  private final long frameNanos;
  private final Layer[] layers;
  private int frame;
  private long frameDueNanos;
  private boolean sending;

  /** A layer's frame under way, and what the next continues. */
  private static final class Layer {
    boolean keyFrameDue = true;
    long lastKeyFrameNanos = Long.MIN_VALUE;
    int frameSinceKey = -1;
    int pictureId;
    int tl0PicIdx;
    int packets;
    int sent;
    int payloadLength;
    int counter;
  }

  Camera(
      Pace pace, Scratch scratch, StreamKey key, VideoSettings settings, RandomGenerator random) {
    super(pace, scratch, key, random);
    this.type = key.type();
    this.settings = settings;
    this.frameNanos = NANOS_PER_SECOND / settings.framesPerSecond();
    this.layers = new Layer[settings.layers()];
    for (int i = 0; i < layers.length; i++) {
      layers[i] = new Layer();
      layers[i].pictureId = random.nextInt(1 << 15);
      layers[i].tl0PicIdx = random.nextInt(256);
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
  void onStart() {
    sending = false;
    for (Layer layer : layers) {
      layer.keyFrameDue = true;
      layer.sent = layer.packets;
    }
  }

  @Override
  long tick(long dueNanos, long nowNanos) {
    if (!sending) {
      frameDueNanos = dueNanos;
      sending = true;
      for (int i = 0; i < layers.length; i++) {
        begin(layers[i], settings.layerBps().get(i), nowNanos);
      }
    }
    int burst = BURST;
    for (int i = 0; i < layers.length; i++) {
      while (layers[i].sent < layers[i].packets) {
        if (burst-- == 0) {
          return BURST_NANOS;
        }
        sendPacket(i, layers[i], nowNanos);
      }
    }
    sending = false;
    frame++;
    return frameDueNanos + frameNanos - dueNanos;
  }

  private void begin(Layer layer, int bps, long nowNanos) {
    boolean mayKey =
        layer.lastKeyFrameNanos == Long.MIN_VALUE
            || nowNanos - layer.lastKeyFrameNanos >= KEY_FRAME_INTERVAL_NANOS;
    boolean keyFrame = layer.keyFrameDue && mayKey;
    if (keyFrame) {
      layer.keyFrameDue = false;
      layer.lastKeyFrameNanos = nowNanos;
    }
    layer.frameSinceKey = keyFrame ? 0 : layer.frameSinceKey + 1;
    layer.pictureId = layer.pictureId + 1 & 0x7fff;
    layer.tl0PicIdx = layer.tl0PicIdx + (Vp8Payload.temporalLayer(layer.frameSinceKey) == 0 ? 1 : 0) & 0xff;
    int mean = bps / 8 / settings.framesPerSecond() * (keyFrame ? KEY_FRAME_TIMES : 1);
    int size = Math.max(Vp8Payload.MAX_BEGIN + Stamp.LENGTH, mean * 4 / 5 + random.nextInt(mean * 2 / 5 + 1));
    layer.packets = (size + MAX_PAYLOAD - 1) / MAX_PAYLOAD;
    layer.payloadLength = Math.max(Vp8Payload.MAX_BEGIN + Stamp.LENGTH, size / layer.packets);
    layer.sent = 0;
  }

  private void sendPacket(int index, Layer layer, long nowNanos) {
    int scale = settings.scaleDownBy(index);
    Vp8Payload.begin(
        scratch.payload,
        layer.sent == 0,
        layer.frameSinceKey,
        layer.pictureId,
        layer.tl0PicIdx,
        settings.width() / scale,
        settings.height() / scale);
    int length = layer.payloadLength;
    Stamp.write(
        scratch.payload, length - Stamp.LENGTH, stampSource, index, frame, layer.packets, layer.counter++, nowNanos);
    layer.sent++;
    send(index, length, layer.sent == layer.packets, frameDueNanos, OutboundStream.NO_LEVEL, nowNanos);
  }
}
