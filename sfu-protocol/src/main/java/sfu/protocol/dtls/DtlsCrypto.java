package sfu.protocol.dtls;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Vector;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.modes.AEADBlockCipher;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.gcm.BasicGCMMultiplier;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/**
 * The ciphers of the handshake, the same for both roles. Bouncy Castle's own implementation, not that of the JDK: a
 * handshake takes two thirds of the time with it, and the JDK's lacks ChaCha20 in the form that Bouncy Castle's TLS
 * wants.
 */
final class DtlsCrypto {
  /** Shared by all endpoints; it has no state but a thread-safe source of randomness. */
  static final BcTlsCrypto CRYPTO =
      new BcTlsCrypto(new SecureRandom()) {
        @Override
        public TlsCipher createCipher(TlsCryptoParameters parameters, int encryptionAlgorithm, int macAlgorithm)
            throws IOException {
          return new DtlsCipher(super.createCipher(parameters, encryptionAlgorithm, macAlgorithm));
        }

        /** Such a cipher sees a handful of records: tables of 9 KB each way would stay for the whole call. */
        @Override
        protected AEADBlockCipher createGCMMode(BlockCipher cipher) {
          return GCMBlockCipher.newInstance(cipher, new BasicGCMMultiplier());
        }
      };

  private static final int[] CIPHER_SUITES = {
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
  };
  private static final int[] GROUPS = {NamedGroup.x25519, NamedGroup.secp256r1};
  private static final int[] SIGNATURE_SCHEMES = {
    SignatureScheme.ecdsa_secp256r1_sha256,
    SignatureScheme.ecdsa_secp384r1_sha384,
    SignatureScheme.rsa_pss_rsae_sha256,
    SignatureScheme.rsa_pkcs1_sha256
  };

  private DtlsCrypto() {}

  /** In order of preference. */
  static int[] cipherSuites() {
    return CIPHER_SUITES.clone();
  }

  /** For the key agreement, in order of preference. */
  static int[] groups() {
    return GROUPS.clone();
  }

  /** How a peer may prove that it has its certificate's key: what browsers use. */
  static Vector<SignatureAndHashAlgorithm> signatureAlgorithms() {
    Vector<SignatureAndHashAlgorithm> algorithms = new Vector<>();
    for (int scheme : SIGNATURE_SCHEMES) {
      algorithms.add(SignatureScheme.getSignatureAndHashAlgorithm(scheme));
    }
    return algorithms;
  }
}
