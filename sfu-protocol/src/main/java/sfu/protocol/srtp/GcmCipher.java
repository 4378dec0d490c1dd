package sfu.protocol.srtp;

import java.lang.foreign.MemorySegment;

/** AES-GCM under one session key in one direction: what {@link GcmTransform} needs of a provider. */
interface GcmCipher extends AutoCloseable {
  int TAG_LENGTH = 16;

  /**
   * Encrypts {@code prefixLength} bytes in place at {@code out}, then {@code in} to where they end, and writes the tag
   * behind. {@code aad} may lie in the same segment, before {@code out}.
   */
  void seal(int ssrc, long index, MemorySegment aad, long aadOffset, int aadLength,
      MemorySegment out, long outOffset, int prefixLength, MemorySegment in, long inOffset, int inLength);

  /**
   * Decrypts {@code length} bytes, with the tag behind them, to {@code out}.
   *
   * @return whether the tag fits; if not, {@code out} holds rubbish
   */
  boolean open(int ssrc, long index, MemorySegment aad, long aadOffset, int aadLength,
      MemorySegment in, long inOffset, int length, MemorySegment out, long outOffset);

  @Override
  void close();
}
