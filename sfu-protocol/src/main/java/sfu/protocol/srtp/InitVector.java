package sfu.protocol.srtp;

import java.lang.foreign.MemorySegment;

/**
 * Writes the initialisation vector of a packet into a block of 16 bytes.
 *
 * <p>Both families put the SSRC before a 48-bit packet index and XOR the session salt: counter mode in bytes 0 to 13
 * with a block counter of 16 bits behind (RFC 3711, 4.1.1), GCM in bytes 2 to 13 of the same block (RFC 7714, 8.1).
 */
final class InitVector {
  static final int LENGTH = 16;
  static final int GCM_OFFSET = 2;
  static final int GCM_LENGTH = 12;

  private static final int SALT_END = 14;

  private final MemorySegment block;
  private final long saltHigh;
  private final long saltLow;

  InitVector(MemorySegment block, byte[] salt) {
    this.block = block;
    MemorySegment padded = MemorySegment.ofArray(new byte[LENGTH]);
    MemorySegment.copy(MemorySegment.ofArray(salt), 0, padded, SALT_END - salt.length, salt.length);
    saltHigh = padded.get(Bytes.LONG, 0);
    saltLow = padded.get(Bytes.LONG, 8);
  }

  /** {@code index}: 48 bits; an SRTCP index has 31. */
  void set(int ssrc, long index) {
    block.set(Bytes.LONG, 0, saltHigh ^ Integer.toUnsignedLong(ssrc));
    block.set(Bytes.LONG, 8, saltLow ^ index << 16);
  }
}
