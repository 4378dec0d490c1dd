package sfu.protocol.dtls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.bc.BcX509v3CertificateBuilder;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcECContentSignerBuilder;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import sfu.protocol.ortc.DtlsFingerprint;

/**
 * A key pair on P-256 and a certificate that it signed itself: the peer knows it by its fingerprint alone, which
 * signalling carries, so its name and dates mean nothing. One serves any number of endpoints, on any threads.
 */
public final class DtlsCertificate {
  private static final Duration VALIDITY = Duration.ofDays(3650);

  private final AsymmetricKeyParameter privateKey;
  private final byte[] encoded;
  private final Certificate chain;

  private DtlsCertificate(AsymmetricKeyParameter privateKey, byte[] encoded) throws IOException {
    this.privateKey = privateKey;
    this.encoded = encoded;
    this.chain = new Certificate(new TlsCertificate[] {DtlsCrypto.CRYPTO.createCertificate(encoded)});
  }

  /** A new key pair and certificate. */
  public static DtlsCertificate generate() {
    SecureRandom random = DtlsCrypto.CRYPTO.getSecureRandom();
    ECKeyPairGenerator generator = new ECKeyPairGenerator();
    generator.init(
        new ECKeyGenerationParameters(ECNamedDomainParameters.lookup(SECObjectIdentifiers.secp256r1), random));
    AsymmetricCipherKeyPair keyPair = generator.generateKeyPair();
    X500Name name = new X500Name("CN=sfu");
    Instant now = Instant.now();
    try {
      byte[] encoded =
          new BcX509v3CertificateBuilder(
                  name,
                  new BigInteger(64, random).setBit(0),
                  Date.from(now.minus(Duration.ofDays(1))), // a peer's clock may be behind
                  Date.from(now.plus(VALIDITY)),
                  name,
                  keyPair.getPublic())
              .build(
                  new BcECContentSignerBuilder(
                          new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256),
                          new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256))
                      .setSecureRandom(random)
                      .build(keyPair.getPrivate()))
              .getEncoded();
      return new DtlsCertificate(keyPair.getPrivate(), encoded);
    } catch (OperatorCreationException | IOException e) {
      throw new IllegalStateException("cannot make an ECDSA certificate on P-256", e);
    }
  }

  /**
   * The certificate's digest by one of the algorithms "sha-1", "sha-224", "sha-256", "sha-384" or "sha-512".
   *
   * @throws IllegalArgumentException for another one
   */
  public DtlsFingerprint fingerprint(String algorithm) {
    return DtlsFingerprints.of(encoded, algorithm)
        .orElseThrow(() -> new IllegalArgumentException("no fingerprint algorithm: " + algorithm));
  }

  /** What proves in one handshake that this side has the private key. */
  TlsCredentialedSigner credentials(TlsContext context) {
    return new BcDefaultTlsCredentialedSigner(
        new TlsCryptoParameters(context),
        DtlsCrypto.CRYPTO,
        privateKey,
        chain,
        SignatureScheme.getSignatureAndHashAlgorithm(SignatureScheme.ecdsa_secp256r1_sha256));
  }
}
