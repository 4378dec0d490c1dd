package sfu.protocol.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** AES-GCM by libcrypto, from and to the packets themselves. */
final class LibcryptoGcm implements GcmCipher {
  private static final long NO_OUTPUT = 0;

  private final long context;
  private final InitVector iv;
  private final long ivAddress;
  /** Where libcrypto says how much it wrote, which with GCM is known before. */
  private final long written;

  LibcryptoGcm(Arena arena, boolean encrypt, SessionKeys keys) {
    MemorySegment block = arena.allocate(InitVector.LENGTH, Long.BYTES);
    iv = new InitVector(block, keys.salt());
    ivAddress = block.address() + InitVector.GCM_OFFSET;
    written = arena.allocate(Integer.BYTES, Integer.BYTES).address();
    context = Libcrypto.newGcm(keys.cipherKey(), encrypt);
  }

  @Override
  public void seal(int ssrc, long index, MemorySegment aad, long aadOffset, int aadLength,
      MemorySegment out, long outOffset, int prefixLength, MemorySegment in, long inOffset, int inLength) {
    int length = prefixLength + inLength;
    long header = Libcrypto.address(aad, aadOffset, aadLength);
    long target = Libcrypto.address(out, outOffset, length + TAG_LENGTH);
    long source = Libcrypto.address(in, inOffset, inLength);
    iv.set(ssrc, index);
    int ok = Libcrypto.setIv(context, ivAddress);
    ok &= Libcrypto.update(context, NO_OUTPUT, written, header, aadLength);
    if (prefixLength > 0) {
      ok &= Libcrypto.update(context, target, written, target, prefixLength);
    }
    if (inLength > 0) {
      ok &= Libcrypto.update(context, target + prefixLength, written, source, inLength);
    }
    ok &= Libcrypto.finish(context, target + length, written);
    ok &= Libcrypto.control(context, Libcrypto.GCM_GET_TAG, TAG_LENGTH, target + length);
    if (ok != 1) {
      throw new IllegalStateException("libcrypto refused to encrypt a packet");
    }
  }

  @Override
  public boolean open(int ssrc, long index, MemorySegment aad, long aadOffset, int aadLength,
      MemorySegment in, long inOffset, int length, MemorySegment out, long outOffset) {
    long header = Libcrypto.address(aad, aadOffset, aadLength);
    long source = Libcrypto.address(in, inOffset, length + TAG_LENGTH);
    long target = Libcrypto.address(out, outOffset, length);
    iv.set(ssrc, index);
    int ok = Libcrypto.setIv(context, ivAddress);
    ok &= Libcrypto.update(context, NO_OUTPUT, written, header, aadLength);
    if (length > 0) {
      ok &= Libcrypto.update(context, target, written, source, length);
    }
    ok &= Libcrypto.control(context, Libcrypto.GCM_SET_TAG, TAG_LENGTH, source + length);
    ok &= Libcrypto.finish(context, target + length, written);
    return ok == 1;
  }

  @Override
  public void close() {
    Libcrypto.freeCipher(context);
  }
}
