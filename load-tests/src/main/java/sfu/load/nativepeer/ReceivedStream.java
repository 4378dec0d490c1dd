package sfu.load.nativepeer;

import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.video.VideoFrame;
import dev.onvoid.webrtc.media.video.VideoTrack;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import sfu.load.nativepeer.PeerEvent.Inbound;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.ServerMessage.InitConsumer;

/**
 * Counts what is decoded of a consumer. libwebrtc's threads write, any thread reads. An exception out of one of its
 * callbacks would abort the JVM, so none may leave; each is reported instead.
 */
final class ReceivedStream {

  private final InitConsumer consumer;
  private final Runnable onFirst;
  private final Consumer<Throwable> onFailure;
  private final long announcedNanos = System.nanoTime();
  private final AtomicLong firstNanos = new AtomicLong();
  private final AtomicLong frames = new AtomicLong();
  private final AtomicLong samples = new AtomicLong();
  private long newestFrameNanos;
  private volatile long longestGapNanos;
  private volatile int width;
  private volatile int height;
  private final AudioEnergy energy = new AudioEnergy();

  /**
   * For a consumer that was announced just now.
   *
   * @param onFirst once, on any thread, when the first frame was decoded or the first sound
   */
  ReceivedStream(InitConsumer consumer, Runnable onFirst, Consumer<Throwable> onFailure) {
    this.consumer = consumer;
    this.onFirst = onFirst;
    this.onFailure = onFailure;
  }

  InitConsumer consumer() {
    return consumer;
  }

  /** Counts what arrives on this track from now on. */
  void listen(MediaStreamTrack track) {
    switch (track) {
      case VideoTrack video -> video.addSink(this::countFrame);
      case AudioTrack audio ->
          audio.addSink((data, bitsPerSample, _, channels, frameCount) ->
              countSamples(data, bitsPerSample, channels, frameCount));
      default -> throw new IllegalArgumentException("a track of kind " + track.getKind());
    }
  }

  /** What came so far; the audio level is that of the time since the last call. */
  PeerEvent.Received counts(Inbound inbound) {
    // A voice may be silent: then its packets have to do, some time after they came.
    if (consumer.type() == StreamType.AUDIO && inbound.packets() > 0) {
      first();
    }
    return new PeerEvent.Received(
        consumer.sessionId(),
        consumer.type(),
        frames.get(),
        width,
        height,
        samples.get(),
        energy.takeLevel(),
        consumer.id(),
        firstNanos.get(),
        longestGapNanos,
        inbound);
  }

  private void first() {
    if (firstNanos.compareAndSet(0, System.nanoTime() - announcedNanos)) {
      onFirst.run();
    }
  }

  private void countFrame(VideoFrame frame) {
    try {
      width = frame.buffer.getWidth();
      height = frame.buffer.getHeight();
      long nowNanos = System.nanoTime();
      if (frames.getAndIncrement() == 0) {
        first();
      } else {
        longestGapNanos = Math.max(longestGapNanos, nowNanos - newestFrameNanos);
      }
      newestFrameNanos = nowNanos;
    } catch (Throwable e) {
      onFailure.accept(e);
    } finally {
      frame.release();
    }
  }

  private void countSamples(byte[] data, int bitsPerSample, int channels, int frameCount) {
    try {
      if (bitsPerSample == 16) {
        int length = Math.min(channels * frameCount, data.length / 2);
        energy.add(data, length);
        // Before the first packet libwebrtc plays zeros.
        if (firstNanos.get() == 0 && isSound(data, 2 * length)) {
          first();
        }
      }
      samples.addAndGet(frameCount);
    } catch (Throwable e) {
      onFailure.accept(e);
    }
  }

  private static boolean isSound(byte[] data, int length) {
    for (int i = 0; i < length; i++) {
      if (data[i] != 0) {
        return true;
      }
    }
    return false;
  }
}
