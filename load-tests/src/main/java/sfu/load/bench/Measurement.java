package sfu.load.bench;

/**
 * What one case came to, over the iterations of it.
 *
 * @param sfuNanos nanoseconds of processor time for each packet that the SFU sends
 * @param bareNanos the same for the bare loop
 * @param sfuWallNanos nanoseconds by the clock on the wall: more, if other programs run
 * @param bareWallNanos the same for the bare loop
 * @param ratio of their processor times, each of an iteration of the SFU to the one of the bare loop right after it
 * @param sfuBytes bytes of heap that the SFU's thread allocates for each packet that it sends
 * @param segments packets that leave the SFU as one message, on average
 * @param bareSegments the same for the bare loop
 * @param turns of the SFU's loop in the measured time
 * @param packets that the SFU sent in these turns
 */
record Measurement(
    BenchCase which,
    Spread sfuNanos,
    Spread bareNanos,
    Spread sfuWallNanos,
    Spread bareWallNanos,
    Spread ratio,
    Spread sfuBytes,
    double segments,
    double bareSegments,
    long turns,
    long packets) {

  /** What the packet path of an SFU may cost at most, as a multiple of the bare loop. */
  static final double TARGET = 1.3;

  /** The medians that others ask for. */
  Cost cost() {
    return new Cost(sfuNanos.median(), bareNanos.median(), ratio.median(), segments);
  }

  /** The bare loop has no second worker to go by: a relayed packet is received, encrypted and sent once more. */
  boolean meetsTarget() {
    return which.scenario().relayed() || ratio.median() <= TARGET;
  }
}
