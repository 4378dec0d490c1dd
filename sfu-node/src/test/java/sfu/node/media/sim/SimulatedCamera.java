package sfu.node.media.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import sfu.protocol.ortc.RtcpParameters;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;

/**
 * A video producer: 25 frames a second in one or more layers. A key frame is six times a usual one, which varies by a
 * fifth; a layer is asked for a key frame by itself, and gives it with its next frame.
 */
final class SimulatedCamera implements Source {
  static final long FRAME_NANOS = 40 * VirtualClock.MILLI;

  private static final int MAX_PAYLOAD = 1100;
  private static final int KEY_FRAME_TIMES = 6;

  private final String producerId;
  private final StreamType type;
  private final VideoFormat format;
  private final RtpParameters parameters;
  private final int[] layerBps;
  private final SplittableRandom random;
  private final List<SentStream> streams = new ArrayList<>();
  private final boolean[] keyFrameDue;
  private final boolean[] silent;
  private final boolean[] deaf;
  private final int[] frames;
  private final int[] pictureIds;
  private final int[] tl0PicIdx;
  private long nextFrameNanos = Long.MIN_VALUE;
  private long frameNanos = FRAME_NANOS;
  private boolean asleep;

  long keyFrames;

  /** {@code byRid}: layers are named by rid, and their SSRCs learnt; else the SSRCs are announced. */
  SimulatedCamera(
      Publisher publisher, String producerId, StreamType type, VideoFormat format, String mid, boolean byRid,
      int... layerBps) {
    long seed = producerId.hashCode();
    this.producerId = producerId;
    this.type = type;
    this.format = format;
    this.layerBps = layerBps;
    this.random = new SplittableRandom(seed);
    this.keyFrameDue = new boolean[layerBps.length];
    this.silent = new boolean[layerBps.length];
    this.deaf = new boolean[layerBps.length];
    this.frames = new int[layerBps.length];
    this.pictureIds = new int[layerBps.length];
    this.tl0PicIdx = new int[layerBps.length];
    List<RtpEncodingParameters> encodings = new ArrayList<>();
    for (int i = 0; i < layerBps.length; i++) {
      String rid = byRid ? "r" + i : null;
      SentStream stream =
          new SentStream(
              publisher, i, VideoFormat.PAYLOAD_TYPE, VideoFormat.RTX_PAYLOAD_TYPE, mid, rid, 90_000, random);
      streams.add(stream);
      keyFrameDue[i] = true;
      pictureIds[i] = 0x7fff - random.nextInt(200);
      tl0PicIdx[i] = random.nextInt(256);
      encodings.add(
          new RtpEncodingParameters(
              byRid ? null : Integer.toUnsignedLong(stream.ssrc),
              rid,
              byRid ? null : new RtpEncodingParameters.Rtx(Integer.toUnsignedLong(stream.rtxSsrc())),
              null, null, "L1T2", null, (long) layerBps[i], null));
    }
    this.parameters =
        new RtpParameters(
            mid, format.codecs(), Extensions.VIDEO, encodings, new RtcpParameters("client", true, true), null);
  }

  @Override
  public String producerId() {
    return producerId;
  }

  @Override
  public StreamType type() {
    return type;
  }

  @Override
  public RtpParameters parameters() {
    return parameters;
  }

  @Override
  public List<SentStream> streams() {
    return streams;
  }

  SentStream stream(int layer) {
    return streams.get(layer);
  }

  /**
   * Switches a layer off or on again, as a browser does when it has not enough bandwidth; it comes back with a key frame.
   */
  void silence(int layer, boolean off) {
    silent[layer] = off;
    keyFrameDue[layer] = true;
  }

  /** A layer that gives no key frame, whoever asks. */
  void deaf(int layer, boolean deaf) {
    this.deaf[layer] = deaf;
  }

  /** Sends a key frame at once, besides those that are due. */
  void sendKeyFrame(int layer, long nowNanos) {
    keyFrameDue[layer] = true;
    sendFrame(layer, nowNanos);
  }

  /** A machine that sleeps: neither sends nor hears, and goes on with the next number as if nothing had been. */
  void sleep(boolean asleep) {
    this.asleep = asleep;
  }

  /** A still screen sends a frame now and then. */
  void frameEvery(long nanos) {
    frameNanos = nanos;
  }

  /** Takes effect with the next frame. */
  void bitrate(int layer, int bps) {
    layerBps[layer] = bps;
  }

  @Override
  public void onKeyFrameRequest(SentStream stream) {
    keyFrameDue[stream.layer] |= !asleep && !deaf[stream.layer];
  }

  long keyFrameRequests() {
    return streams.stream().mapToLong(stream -> stream.keyFrameRequests).sum();
  }

  long packets() {
    return streams.stream().mapToLong(stream -> stream.packets).sum();
  }

  @Override
  public void tick(long nowNanos) {
    if (nowNanos < nextFrameNanos) {
      return;
    }
    nextFrameNanos = (nextFrameNanos == Long.MIN_VALUE ? nowNanos : nextFrameNanos) + frameNanos;
    for (int layer = 0; layer < layerBps.length; layer++) {
      if (!silent[layer] && !asleep) {
        sendFrame(layer, nowNanos);
      }
    }
  }

  private void sendFrame(int layer, long now) {
    boolean keyFrame = keyFrameDue[layer];
    keyFrameDue[layer] = false;
    keyFrames += keyFrame ? 1 : 0;
    int temporalLayer = keyFrame ? 0 : frames[layer] & 1;
    pictureIds[layer] = pictureIds[layer] + 1 & 0x7fff;
    tl0PicIdx[layer] += temporalLayer == 0 ? 1 : 0;
    int mean = (int) (layerBps[layer] / 8 * FRAME_NANOS / VirtualClock.SECOND) * (keyFrame ? KEY_FRAME_TIMES : 1);
    int size = mean * 4 / 5 + random.nextInt(Math.max(1, mean * 2 / 5));
    int count = Math.max(keyFrame ? 2 : 1, (size + MAX_PAYLOAD - 1) / MAX_PAYLOAD);
    int payloadLength = Math.max(size / count, VideoFormat.MAX_BEGIN + Stamp.LENGTH + 8);
    for (int i = 0; i < count; i++) {
      // As libwebrtc cuts a frame: what doesn't go up evenly makes the last packets a byte longer.
      byte[] payload = new byte[payloadLength + (i >= count - size % count ? 1 : 0)];
      int bodyAt =
          format.begin(
              payload,
              new VideoFormat.Part(
                  keyFrame, i, count, pictureIds[layer], tl0PicIdx[layer] & 0xff, temporalLayer));
      new Stamp(layer, keyFrame, i, count, frames[layer], now, bodyAt).fill(payload);
      streams.get(layer).send(payload, i == count - 1, now, -1);
    }
    frames[layer]++;
  }
}
