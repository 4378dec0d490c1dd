package sfu.protocol.srtp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The initialisation vector of a packet, in an off-heap block of 16 bytes.
 *
 * <p>Both families put the SSRC before a 48-bit packet index and XOR the session salt: counter mode in bytes 0 to 13
 * with a block counter of 16 bits behind (RFC 3711, 4.1.1), GCM in bytes 2 to 13 of the same block (RFC 7714, 8.1).
 *
 * <p>Since the block dies with its arena, no cipher can be used from another thread or after closing.
 */
final class InitVector {
  static final int LENGTH = 16;
  static final int GCM_OFFSET = 2;
  static final int GCM_LENGTH = 12;

  private static final int SALT_END = 14;

  private final MemorySegment block;
  private final long saltHigh;
  private final long saltLow;

  InitVector(Arena arena, byte[] salt) {
    block = arena.allocate(LENGTH, Long.BYTES);
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

  /** Of the block in memory. */
  long address() {
    return block.address();
  }

  void copyTo(byte[] bytes) {
    MemorySegment.copy(block, JAVA_BYTE, 0, bytes, 0, LENGTH);
  }
}
