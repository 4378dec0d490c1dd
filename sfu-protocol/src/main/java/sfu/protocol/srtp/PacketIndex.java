package sfu.protocol.srtp;

/** The 48-bit index of an RTP packet: rollover counter, then sequence number (RFC 3711, 3.3.1). */
final class PacketIndex {
  private static final int HALF = 1 << 15;
  private static final int FULL = 1 << 16;
  /** Beyond it a key must not be used. */
  static final long MAX = (1L << 48) - 1;

  private PacketIndex() {}

  /**
   * The index nearest to {@code highest} that ends in {@code sequence}.
   *
   * <p>There is no round before the first. A sequence number that seems to lie there is taken as part of the first
   * round, which RFC 3711 leaves open and libsrtp (so every browser) does: both ends must agree or lose the stream.
   */
  static long guess(long highest, int sequence) {
    int ahead = sequence - (int) (highest & 0xffff);
    if (ahead > HALF) {
      ahead -= FULL;
    } else if (ahead < -HALF) {
      ahead += FULL;
    }
    long index = highest + ahead;
    return index < 0 ? sequence : index;
  }
}
