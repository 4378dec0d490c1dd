package sfu.protocol.rtp;

/**
 * Turns wrapping 16-bit sequence numbers or 32-bit timestamps into longs that don't wrap. Each is taken as the value
 * closest to the highest seen so far. The first comes out as it is; one that is older than the first may be negative.
 */
public final class SequenceUnwrapper {
  private final int unusedBits;
  private long highest;
  private boolean started;

  private SequenceUnwrapper(int bits) {
    unusedBits = Long.SIZE - bits;
  }

  public static SequenceUnwrapper of16Bits() {
    return new SequenceUnwrapper(16);
  }

  public static SequenceUnwrapper of32Bits() {
    return new SequenceUnwrapper(32);
  }

  /** Unwraps, and takes the value as the new reference if it is the highest. */
  public long unwrap(int value) {
    long unwrapped = peek(value);
    if (!started || unwrapped > highest) {
      highest = unwrapped;
      started = true;
    }
    return unwrapped;
  }

  /** Unwraps without learning from the value. */
  public long peek(int value) {
    if (!started) {
      return (long) value << unusedBits >>> unusedBits;
    }
    return highest + ((value - highest) << unusedBits >> unusedBits);
  }

  /** Forgets everything: the next value starts anew. */
  public void reset() {
    started = false;
    highest = 0;
  }
}
