package sfu.protocol.srtp;

import java.lang.foreign.Arena;

/** The ciphers of the first security provider that has them, SunJCE as a rule. */
final class JdkProvider implements CipherProvider {
  @Override
  public String name() {
    return "jdk";
  }

  @Override
  public GcmCipher gcm(Arena arena, boolean encrypt, SessionKeys keys) {
    return new JdkGcm(arena, encrypt, keys);
  }

  @Override
  public CmCipher cm(Arena arena, SessionKeys keys) {
    return new JdkCm(arena, keys);
  }
}
