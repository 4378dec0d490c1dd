package sfu.protocol.srtp;

import java.lang.foreign.Arena;

/** OpenSSL's ciphers, with one context per session key, so that a packet costs no key schedule. */
final class LibcryptoProvider implements CipherProvider {
  private LibcryptoProvider() {}

  /** Why libcrypto cannot be used here, or null if it can. */
  static String unavailable() {
    return Libcrypto.UNAVAILABLE;
  }

  static LibcryptoProvider load() {
    if (Libcrypto.UNAVAILABLE != null) {
      throw new UnsupportedOperationException(Libcrypto.UNAVAILABLE);
    }
    return new LibcryptoProvider();
  }

  @Override
  public String name() {
    return "libcrypto";
  }

  @Override
  public GcmCipher gcm(Arena arena, boolean encrypt, SessionKeys keys) {
    return new LibcryptoGcm(arena, encrypt, keys);
  }

  @Override
  public CmCipher cm(Arena arena, SessionKeys keys) {
    return new LibcryptoCm(arena, keys);
  }
}
