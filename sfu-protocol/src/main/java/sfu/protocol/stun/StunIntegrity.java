package sfu.protocol.stun;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * MESSAGE-INTEGRITY with a short-term password (RFC 8489, 9.1 and 14.5): HMAC-SHA1 keyed with the password's bytes. One
 * object a password, confined to one thread.
 */
public final class StunIntegrity {
  private static final String ALGORITHM = "HmacSHA1";

  private final Mac mac;
  private final byte[] block = new byte[64];
  private final byte[] expected = new byte[Stun.INTEGRITY_LENGTH];
  private final byte[] received = new byte[Stun.INTEGRITY_LENGTH];

  public StunIntegrity(String password) {
    try {
      mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no " + ALGORITHM, e);
    }
  }

  /**
   * Whether the attribute, whose header is {@code attributeOffset} bytes into the message, was made with this
   * password.
   */
  boolean verify(MemorySegment segment, long offset, int attributeOffset) {
    compute(segment, offset, attributeOffset);
    long value = offset + attributeOffset + Stun.ATTRIBUTE_HEADER_LENGTH;
    MemorySegment.copy(segment, Stun.BYTE, value, received, 0, received.length);
    return MessageDigest.isEqual(expected, received);
  }

  /** Writes the attribute's value; its header is {@code attributeOffset} bytes into the message. */
  void write(MemorySegment segment, long offset, int attributeOffset) {
    compute(segment, offset, attributeOffset);
    long value = offset + attributeOffset + Stun.ATTRIBUTE_HEADER_LENGTH;
    MemorySegment.copy(expected, 0, segment, Stun.BYTE, value, expected.length);
  }

  private void compute(MemorySegment segment, long offset, int attributeOffset) {
    // The MAC covers a header whose length ends with this attribute, whatever follows it in the message.
    int coveredLength =
        attributeOffset + Stun.ATTRIBUTE_HEADER_LENGTH + Stun.INTEGRITY_LENGTH - Stun.HEADER_LENGTH;
    for (int at = 0; at < attributeOffset; at += block.length) {
      int count = Math.min(block.length, attributeOffset - at);
      MemorySegment.copy(segment, Stun.BYTE, offset + at, block, 0, count);
      if (at == 0) {
        block[Stun.LENGTH_OFFSET] = (byte) (coveredLength >>> 8);
        block[Stun.LENGTH_OFFSET + 1] = (byte) coveredLength;
      }
      mac.update(block, 0, count);
    }
    try {
      mac.doFinal(expected, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an HMAC-SHA1 is 20 bytes long", e);
    }
  }
}
