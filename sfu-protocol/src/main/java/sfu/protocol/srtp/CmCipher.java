package sfu.protocol.srtp;

import java.lang.foreign.MemorySegment;

/** AES counter mode and HMAC-SHA1 under one set of session keys: what {@link CmTransform} needs of a provider. */
interface CmCipher extends AutoCloseable {
  /** The first 80 bits of the HMAC. */
  int TAG_LENGTH = 10;

  /** En- or decrypts {@code prefixLength} bytes in place at {@code out}, then {@code in} to where they end. */
  void crypt(int ssrc, long index,
      MemorySegment out, long outOffset, int prefixLength, MemorySegment in, long inOffset, int inLength);

  /** Writes the tag over {@code length} bytes and a big-endian {@code trailer} to {@code tagOffset}. */
  void sign(MemorySegment packet, long offset, int length, int trailer, long tagOffset);

  /** Whether the tag at {@code tagOffset} is that of {@code length} bytes and {@code trailer}, in constant time. */
  boolean verify(MemorySegment packet, long offset, int length, int trailer, long tagOffset);

  @Override
  void close();
}
