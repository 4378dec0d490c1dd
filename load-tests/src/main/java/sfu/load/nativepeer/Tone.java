package sfu.load.nativepeer;

import dev.onvoid.webrtc.media.audio.CustomAudioSource;

/** A sine wave at a tenth of full scale, 48 kHz, mono. To be {@link #push}ed every 10 ms. */
final class Tone {

  /** What one push is long. */
  static final long INTERVAL_MILLIS = 10;

  private static final int SAMPLE_RATE = 48_000;
  private static final int SAMPLES = (int) (SAMPLE_RATE * INTERVAL_MILLIS / 1000);
  private static final double AMPLITUDE = 0.1 * Short.MAX_VALUE;

  private final CustomAudioSource source = new CustomAudioSource();
  private final double radiansPerSample;
  private final byte[] data = new byte[2 * SAMPLES];
  private long position;

  Tone(int frequencyHz) {
    this.radiansPerSample = 2 * Math.PI * frequencyHz / SAMPLE_RATE;
  }

  CustomAudioSource source() {
    return source;
  }

  void push() {
    for (int i = 0; i < SAMPLES; i++) {
      int sample = (int) (AMPLITUDE * Math.sin(radiansPerSample * position++));
      data[2 * i] = (byte) sample;
      data[2 * i + 1] = (byte) (sample >> 8);
    }
    source.pushAudio(data, 16, SAMPLE_RATE, 1, SAMPLES);
  }
}
