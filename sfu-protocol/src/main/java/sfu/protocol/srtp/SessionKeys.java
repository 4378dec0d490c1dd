package sfu.protocol.srtp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The session keys of RTP or RTCP, derived once from the master key (RFC 3711, 4.3, rate 0; RFC 6188 for AES-256). */
record SessionKeys(byte[] cipherKey, byte[] authKey, byte[] salt) {
  private static final int RTP_LABEL = 0;
  private static final int RTCP_LABEL = 3;
  private static final int AUTH_KEY_LENGTH = 20;

  static SessionKeys forRtp(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
    return derive(profile, masterKey, masterSalt, RTP_LABEL);
  }

  static SessionKeys forRtcp(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
    return derive(profile, masterKey, masterSalt, RTCP_LABEL);
  }

  private static SessionKeys derive(SrtpProfile profile, byte[] masterKey, byte[] masterSalt, int label) {
    return new SessionKeys(
        derive(masterKey, masterSalt, label, profile.keyLength()),
        derive(masterKey, masterSalt, label + 1, AUTH_KEY_LENGTH),
        derive(masterKey, masterSalt, label + 2, profile.saltLength()));
  }

  /** The key stream that starts at salt XOR label; a salt of 96 bits is padded with zeros (RFC 7714, 11). */
  private static byte[] derive(byte[] masterKey, byte[] masterSalt, int label, int length) {
    byte[] start = Arrays.copyOf(masterSalt, 16);
    start[7] ^= (byte) label;
    try {
      Cipher keyStream = Cipher.getInstance("AES/CTR/NoPadding");
      keyStream.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(masterKey, "AES"), new IvParameterSpec(start));
      return keyStream.doFinal(new byte[length]);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The JDK's AES cannot derive SRTP session keys", e);
    }
  }

  /** Keys belong in no log. */
  @Override
  public String toString() {
    return "SessionKeys[hidden]";
  }
}
