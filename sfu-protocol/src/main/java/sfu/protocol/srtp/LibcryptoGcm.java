package sfu.protocol.srtp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * AES-GCM by libcrypto, from and to the packets themselves.
 *
 * <p>The tag goes by a parameter array that is built once: EVP_CIPHER_CTX_ctrl, which builds one each time, takes 30 ns
 * of 400 a packet more.
 */
final class LibcryptoGcm implements GcmCipher {
  private static final long NO_OUTPUT = 0;
  /** An OSSL_PARAM: key, data_type, data, data_size and return_size, each in 8 bytes. */
  private static final int PARAMETER_LENGTH = 40;
  private static final int PARAMETER_KEY = 0;
  private static final int PARAMETER_TYPE = 8;
  private static final int PARAMETER_DATA = 16;
  private static final int PARAMETER_SIZE = 24;
  private static final int OCTET_STRING = 5;

  private final long context;
  private final InitVector iv;
  private final long ivAddress;
  /** Where libcrypto says how much it wrote, which with GCM is known before. */
  private final long written;
  /** The tag's parameter, then the empty one that ends the array. */
  private final MemorySegment tagParameter;

  LibcryptoGcm(Arena arena, boolean encrypt, SessionKeys keys) {
    iv = new InitVector(arena, keys.salt());
    ivAddress = iv.address() + InitVector.GCM_OFFSET;
    written = arena.allocate(Integer.BYTES, Integer.BYTES).address();
    tagParameter = arena.allocate(2 * PARAMETER_LENGTH, Long.BYTES);
    tagParameter.set(JAVA_LONG, PARAMETER_KEY, arena.allocateFrom("tag").address());
    tagParameter.set(JAVA_INT, PARAMETER_TYPE, OCTET_STRING);
    tagParameter.set(JAVA_LONG, PARAMETER_SIZE, TAG_LENGTH);
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
    tagParameter.set(JAVA_LONG, PARAMETER_DATA, target + length);
    ok &= Libcrypto.getParameters(context, tagParameter.address());
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
    tagParameter.set(JAVA_LONG, PARAMETER_DATA, source + length);
    ok &= Libcrypto.setParameters(context, tagParameter.address());
    ok &= Libcrypto.finish(context, target + length, written);
    return ok == 1;
  }

  @Override
  public void close() {
    Libcrypto.freeCipher(context);
  }
}
