package sfu.protocol.srtp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES counter mode and HMAC-SHA1 by the JDK, by way of arrays. */
final class JdkCm implements CmCipher {
  private final Cipher cipher;
  private final SecretKeySpec key;
  private final Mac mac;
  private final byte[] ivBlock = new byte[InitVector.LENGTH];
  private final InitVector iv;
  private final byte[] digestBytes = new byte[20];
  private final MemorySegment digest = MemorySegment.ofArray(digestBytes);
  private byte[] bytes = new byte[2048];

  JdkCm(Arena arena, SessionKeys keys) {
    try {
      cipher = Cipher.getInstance("AES/CTR/NoPadding");
      mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(keys.authKey(), "HmacSHA1"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK has no AES in counter mode or no HMAC-SHA1", e);
    }
    key = new SecretKeySpec(keys.cipherKey(), "AES");
    iv = new InitVector(arena, keys.salt());
  }

  @Override
  public void crypt(int ssrc, long index,
      MemorySegment out, long outOffset, int prefixLength, MemorySegment in, long inOffset, int inLength) {
    int length = prefixLength + inLength;
    reserve(length);
    MemorySegment.copy(out, JAVA_BYTE, outOffset, bytes, 0, prefixLength);
    MemorySegment.copy(in, JAVA_BYTE, inOffset, bytes, prefixLength, inLength);
    iv.set(ssrc, index);
    iv.copyTo(ivBlock);
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(ivBlock));
      cipher.doFinal(bytes, 0, length, bytes, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The JDK's AES refused to count", e);
    }
    MemorySegment.copy(bytes, 0, out, JAVA_BYTE, outOffset, length);
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

  private void digest(MemorySegment packet, long offset, int length, int trailer) {
    reserve(length + Integer.BYTES);
    MemorySegment.copy(packet, JAVA_BYTE, offset, bytes, 0, length);
    MemorySegment.ofArray(bytes).set(Bytes.INT, length, trailer);
    mac.update(bytes, 0, length + Integer.BYTES);
    try {
      mac.doFinal(digestBytes, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The JDK's HMAC-SHA1 refused to finish", e);
    }
  }

  private void reserve(int length) {
    if (length > bytes.length) {
      bytes = new byte[length];
    }
  }

  @Override
  public void close() {
    // Nothing native here.
  }
}
