package sfu.protocol.srtp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * AES counter mode and HMAC-SHA1 by libcrypto.
 *
 * <p>The HMAC is made of two hashes whose first block, the padded key, is hashed once here: a packet then costs two
 * copies of a state of 96 bytes. OpenSSL 3's own EVP_MAC takes 100 ns a packet more.
 */
final class LibcryptoCm implements CmCipher {
  private static final int BLOCK_LENGTH = 64;
  private static final int DIGEST_LENGTH = 20;
  private static final byte INNER_PAD = 0x36;
  private static final byte OUTER_PAD = 0x5c;

  private final long context;
  private final InitVector iv;
  private final long ivAddress;
  private final long written;
  private final MemorySegment inner;
  private final MemorySegment outer;
  private final MemorySegment state;
  private final MemorySegment trailer;
  private final MemorySegment digest;

  LibcryptoCm(Arena arena, SessionKeys keys) {
    iv = new InitVector(arena, keys.salt());
    ivAddress = iv.address();
    written = arena.allocate(Integer.BYTES, Integer.BYTES).address();
    inner = hashedPad(arena, keys.authKey(), INNER_PAD);
    outer = hashedPad(arena, keys.authKey(), OUTER_PAD);
    state = arena.allocate(Libcrypto.SHA1_STATE_LENGTH, Long.BYTES);
    trailer = arena.allocate(Integer.BYTES, Integer.BYTES);
    digest = arena.allocate(DIGEST_LENGTH, Integer.BYTES);
    context = Libcrypto.newCtr(keys.cipherKey());
  }

  /** The state of SHA-1 after the key's first block (RFC 2104). */
  private static MemorySegment hashedPad(Arena arena, byte[] key, byte pad) {
    MemorySegment state = arena.allocate(Libcrypto.SHA1_STATE_LENGTH, Long.BYTES);
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment block = scratch.allocate(BLOCK_LENGTH).fill(pad);
      for (int i = 0; i < key.length; i++) {
        block.set(JAVA_BYTE, i, (byte) (key[i] ^ pad));
      }
      int ok = Libcrypto.sha1Init(state.address());
      ok &= Libcrypto.sha1Update(state.address(), block.address(), BLOCK_LENGTH);
      block.fill((byte) 0);
      if (ok != 1) {
        throw new IllegalStateException("libcrypto refused to hash with SHA-1");
      }
    }
    return state;
  }

  @Override
  public void crypt(int ssrc, long index,
      MemorySegment out, long outOffset, int prefixLength, MemorySegment in, long inOffset, int inLength) {
    long target = Libcrypto.address(out, outOffset, prefixLength + inLength);
    long source = Libcrypto.address(in, inOffset, inLength);
    iv.set(ssrc, index);
    int ok = Libcrypto.setIv(context, ivAddress);
    if (prefixLength > 0) {
      ok &= Libcrypto.update(context, target, written, target, prefixLength);
    }
    if (inLength > 0) {
      ok &= Libcrypto.update(context, target + prefixLength, written, source, inLength);
    }
    if (ok != 1) {
      throw new IllegalStateException("libcrypto refused to encrypt or decrypt a packet");
    }
  }

  @Override
  public void sign(MemorySegment packet, long offset, int length, int trailer, long tagOffset) {
    digest(packet, offset, length, trailer);
    MemorySegment.copy(digest, 0, packet, tagOffset, TAG_LENGTH);
  }

  @Override
  public boolean verify(MemorySegment packet, long offset, int length, int trailer, long tagOffset) {
    digest(packet, offset, length, trailer);
    return Bytes.equalTags(digest, 0, packet, tagOffset);
  }

  private void digest(MemorySegment packet, long offset, int length, int trailerWord) {
    long message = Libcrypto.address(packet, offset, length);
    trailer.set(Bytes.INT, 0, trailerWord);
    MemorySegment.copy(inner, 0, state, 0, Libcrypto.SHA1_STATE_LENGTH);
    int ok = Libcrypto.sha1Update(state.address(), message, length);
    ok &= Libcrypto.sha1Update(state.address(), trailer.address(), Integer.BYTES);
    ok &= Libcrypto.sha1Final(digest.address(), state.address());
    MemorySegment.copy(outer, 0, state, 0, Libcrypto.SHA1_STATE_LENGTH);
    ok &= Libcrypto.sha1Update(state.address(), digest.address(), DIGEST_LENGTH);
    ok &= Libcrypto.sha1Final(digest.address(), state.address());
    if (ok != 1) {
      throw new IllegalStateException("libcrypto refused to hash a packet");
    }
  }

  @Override
  public void close() {
    Libcrypto.freeCipher(context);
  }
}
