package sfu.load.nativepeer;

import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.video.VideoFrame;
import dev.onvoid.webrtc.media.video.VideoTrack;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import sfu.protocol.signal.ServerMessage.InitConsumer;

/**
 * Counts what is decoded of a consumer. libwebrtc's threads write, any thread reads. An exception out of one of its
 * callbacks would abort the JVM, so none may leave; each is reported instead.
 */
final class ReceivedStream {

  private final InitConsumer consumer;
  private final Consumer<Throwable> onFailure;
  private final AtomicLong frames = new AtomicLong();
  private final AtomicLong samples = new AtomicLong();
  private volatile int width;
  private volatile int height;
  private final AudioEnergy energy = new AudioEnergy();

  ReceivedStream(InitConsumer consumer, Consumer<Throwable> onFailure) {
    this.consumer = consumer;
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
  PeerEvent.Received counts() {
    return new PeerEvent.Received(
        consumer.sessionId(), consumer.type(), frames.get(), width, height, samples.get(), energy.takeLevel());
  }

  private void countFrame(VideoFrame frame) {
    try {
      width = frame.buffer.getWidth();
      height = frame.buffer.getHeight();
      frames.incrementAndGet();
    } catch (Throwable e) {
      onFailure.accept(e);
    } finally {
      frame.release();
    }
  }

  private void countSamples(byte[] data, int bitsPerSample, int channels, int frameCount) {
    try {
      if (bitsPerSample == 16) {
        energy.add(data, Math.min(channels * frameCount, data.length / 2));
      }
      samples.addAndGet(frameCount);
    } catch (Throwable e) {
      onFailure.accept(e);
    }
  }
}
