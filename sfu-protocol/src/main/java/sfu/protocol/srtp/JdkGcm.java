package sfu.protocol.srtp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-GCM by the JDK, by way of arrays: on direct buffers it takes twice as long. */
final class JdkGcm implements GcmCipher {
  private final Cipher cipher;
  private final int mode;
  private final SecretKeySpec key;
  private final byte[] ivBlock = new byte[InitVector.LENGTH];
  private final InitVector iv;
  private byte[] header = new byte[64];
  private byte[] bytes = new byte[2048];
  private int lastSsrc;
  private long lastIndex = -1;

  JdkGcm(Arena arena, boolean encrypt, SessionKeys keys) {
    try {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK has no AES-GCM", e);
    }
    mode = encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE;
    key = new SecretKeySpec(keys.cipherKey(), "AES");
    iv = new InitVector(arena, keys.salt());
  }

  @Override
  public void seal(int ssrc, long index, MemorySegment aad, long aadOffset, int aadLength,
      MemorySegment out, long outOffset, int prefixLength, MemorySegment in, long inOffset, int inLength) {
    int length = prefixLength + inLength;
    reserve(length + TAG_LENGTH);
    MemorySegment.copy(out, JAVA_BYTE, outOffset, bytes, 0, prefixLength);
    MemorySegment.copy(in, JAVA_BYTE, inOffset, bytes, prefixLength, inLength);
    try {
      if (ssrc == lastSsrc && index == lastIndex) {
        // The same packet once more. The JDK refuses the vector of the call before, so step aside for one.
        init(ssrc, ~index);
      }
      lastSsrc = ssrc;
      lastIndex = index;
      init(ssrc, index);
      updateAad(aad, aadOffset, aadLength);
      cipher.doFinal(bytes, 0, length, bytes, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The JDK's AES-GCM refused to encrypt", e);
    }
    MemorySegment.copy(bytes, 0, out, JAVA_BYTE, outOffset, length + TAG_LENGTH);
  }

  @Override
  public boolean open(int ssrc, long index, MemorySegment aad, long aadOffset, int aadLength,
      MemorySegment in, long inOffset, int length, MemorySegment out, long outOffset) {
    reserve(length + TAG_LENGTH);
    MemorySegment.copy(in, JAVA_BYTE, inOffset, bytes, 0, length + TAG_LENGTH);
    try {
      init(ssrc, index);
      updateAad(aad, aadOffset, aadLength);
      cipher.doFinal(bytes, 0, length + TAG_LENGTH, bytes, 0);
    } catch (AEADBadTagException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The JDK's AES-GCM refused to decrypt", e);
    }
    MemorySegment.copy(bytes, 0, out, JAVA_BYTE, outOffset, length);
    return true;
  }

  private void init(int ssrc, long index) throws GeneralSecurityException {
    iv.set(ssrc, index);
    iv.copyTo(ivBlock);
    cipher.init(mode, key,
        new GCMParameterSpec(TAG_LENGTH * Byte.SIZE, ivBlock, InitVector.GCM_OFFSET, InitVector.GCM_LENGTH));
  }

  private void updateAad(MemorySegment aad, long aadOffset, int aadLength) {
    if (aadLength > header.length) {
      header = new byte[aadLength];
    }
    MemorySegment.copy(aad, JAVA_BYTE, aadOffset, header, 0, aadLength);
    cipher.updateAAD(header, 0, aadLength);
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
