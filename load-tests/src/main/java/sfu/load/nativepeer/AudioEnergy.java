package sfu.load.nativepeer;

/** The root mean square of audio samples, interval by interval. Thread-safe. */
final class AudioEnergy {

  private double sumOfSquares;
  private long count;

  /** Adds the first {@code samples} of 16 bit, little-endian. */
  synchronized void add(byte[] data, int samples) {
    for (int i = 0; i < samples; i++) {
      double sample = (short) (data[2 * i] & 0xff | data[2 * i + 1] << 8) / 32768.0;
      sumOfSquares += sample * sample;
    }
    count += samples;
  }

  /** The level since the last call, 1 being full scale; 0 if nothing came. */
  synchronized double takeLevel() {
    double level = count == 0 ? 0 : Math.sqrt(sumOfSquares / count);
    sumOfSquares = 0;
    count = 0;
    return level;
  }
}
