package sfu.protocol.jwt;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Keys as people configure them, and as HMAC wants them. */
public final class Keys {

  /** What RFC 7518 (3.2) asks of HS256, and jjwt insists on. */
  private static final int MIN_BYTES = 32;

  private Keys() {}

  /** A key in base64url or standard base64, padded or not, with or without white space; empty if it is no key. */
  public static Optional<byte[]> decode(String base64) {
    return decodeBase64(base64.replaceAll("\\s", "")).filter(key -> key.length > 0);
  }

  /** Whether a key is below the 256 bits that HS256 asks for: it works, and deserves a warning. */
  public static boolean isShort(byte[] key) {
    return key.length < MIN_BYTES;
  }

  /** Base64 of either alphabet, padded or not; empty if it is something else. */
  static Optional<byte[]> decodeBase64(String text) {
    try {
      return Optional.of(Base64.getUrlDecoder().decode(text.replace('+', '-').replace('/', '_')));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /**
   * The key for HMAC-SHA256, zeros added to a short one: HMAC itself fills a key up with zeros to its block of 64 bytes
   * (RFC 2104, 2), so the result is the same.
   *
   * @throws IllegalArgumentException if the key is empty
   */
  static SecretKey hmac(byte[] key) {
    if (key.length == 0) {
      throw new IllegalArgumentException("an empty key");
    }
    return new SecretKeySpec(isShort(key) ? Arrays.copyOf(key, MIN_BYTES) : key, "HmacSHA256");
  }
}
