package sfu.protocol.rtp;

/**
 * Serial number arithmetic (RFC 1982) on RTP's 16-bit sequence numbers and 32-bit timestamps. Numbers exactly half the
 * range apart count as older, both ways round.
 */
public final class SequenceNumbers {
  private SequenceNumbers() {}

  /** How far {@code a} is after {@code b}, -32768..32767; only the low 16 bits of each count. */
  public static int diff16(int a, int b) {
    return (short) (a - b);
  }

  public static boolean isNewer16(int a, int b) {
    return diff16(a, b) > 0;
  }

  /** How far {@code a} is after {@code b}. */
  public static int diff32(int a, int b) {
    return a - b;
  }

  public static boolean isNewer32(int a, int b) {
    return diff32(a, b) > 0;
  }
}
