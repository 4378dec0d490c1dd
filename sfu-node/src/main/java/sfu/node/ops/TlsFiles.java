package sfu.node.ops;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import org.apache.pekko.pki.pem.DERPrivateKeyLoader;
import org.apache.pekko.pki.pem.PEMDecoder;
import sfu.node.config.Config;

/**
 * Whether the files of CLUSTER_TLS_… can be what nodes talk TLS with. Pekko reads them anew for the first connection and
 * then every minute; what is wrong with them from the start is better said in one line than there.
 */
final class TlsFiles {

  private static final String CERTIFICATE = "CLUSTER_TLS_CERT";
  private static final String KEY = "CLUSTER_TLS_KEY";
  private static final String AUTHORITY = "CLUSTER_TLS_CA";

  private TlsFiles() {}

  /** @throws IllegalStateException with a line for the operator that names the variable and the file */
  static void check(Config.Tls tls) {
    X509Certificate certificate = certificate(CERTIFICATE, tls.certificate());
    X509Certificate authority = certificate(AUTHORITY, tls.authority());
    RSAPrivateKey key = key(tls.key());
    if (!(certificate.getPublicKey() instanceof RSAPublicKey publicKey)
        || !publicKey.getModulus().equals(key.getModulus())) {
      throw wrong(KEY, "the key of the certificate in CLUSTER_TLS_CERT", tls.key(), "is another's");
    }
    try {
      certificate.verify(authority.getPublicKey());
    } catch (GeneralSecurityException e) {
      throw wrong(CERTIFICATE, "a certificate signed by CLUSTER_TLS_CA itself", tls.certificate(), "isn't");
    }
    try {
      certificate.checkValidity();
    } catch (CertificateException e) {
      String period = certificate.getNotBefore().toInstant() + " to " + certificate.getNotAfter().toInstant();
      throw wrong(CERTIFICATE, "a certificate that is valid now", tls.certificate(), "is valid from " + period);
    }
  }

  private static X509Certificate certificate(String name, Path file) {
    String takes = "a PEM file with a certificate";
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(read(name, takes, file)));
    } catch (CertificateException e) {
      throw wrong(name, takes, file, "has none");
    }
  }

  private static RSAPrivateKey key(Path file) {
    String takes = "a PEM file with an RSA key, not encrypted";
    String text = new String(read(KEY, takes, file), StandardCharsets.US_ASCII);
    try {
      // As Pekko reads it, and with the same limits.
      return (RSAPrivateKey) DERPrivateKeyLoader.load(PEMDecoder.decode(text));
    } catch (Exception e) {
      // Scala throws checked exceptions that it doesn't declare.
      throw wrong(KEY, takes, file, "has none");
    }
  }

  private static byte[] read(String name, String takes, Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw wrong(name, takes, file, Files.exists(file) ? "can't be read" : "doesn't exist");
    }
  }

  private static IllegalStateException wrong(String name, String takes, Path file, String but) {
    return new IllegalStateException("%s takes %s, but %s %s".formatted(name, takes, file, but));
  }
}
