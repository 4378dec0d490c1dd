package sfu.protocol.srtp;

import java.lang.foreign.Arena;

/** Where ciphers come from. The arena holds their scratch memory and outlives them. */
sealed interface CipherProvider permits LibcryptoProvider, JdkProvider {
  String name();

  GcmCipher gcm(Arena arena, boolean encrypt, SessionKeys keys);

  CmCipher cm(Arena arena, SessionKeys keys);
}
