package sfu.node.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import sfu.node.config.Config;

/** An authority for the certificates of a test's nodes, in PEM files in a folder. */
public final class TestAuthority {

  private static final X500Name AUTHORITY = new X500Name("CN=authority of a test");
  private static final X500Name NODE = new X500Name("CN=sfu");
  private static final int RSA_BITS = 2048;

  private final Path folder;
  private final String prefix;
  private final KeyPair keys = rsaKeys();

  /** {@code name} tells its files from those of other authorities in the folder. */
  public TestAuthority(Path folder, String name) throws IOException {
    this.folder = folder;
    prefix = name + "-";
    X509CertificateHolder own = sign(AUTHORITY, keys, true, Duration.ofDays(1));
    write("ca.crt", own);
  }

  public static KeyPair rsaKeys() {
    return keys("RSA", RSA_BITS);
  }

  public static KeyPair ecKeys() {
    return keys("EC", 256);
  }

  private static KeyPair keys(String algorithm, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A certificate of a node, valid for so long from yesterday on. */
  public Config.Tls issue(String node, KeyPair nodeKeys, Duration validity) throws IOException {
    return new Config.Tls(
        write(node + ".crt", sign(NODE, nodeKeys, false, validity)),
        write(node + ".key", nodeKeys.getPrivate()),
        folder.resolve(prefix + "ca.crt"));
  }

  private X509CertificateHolder sign(X500Name name, KeyPair subject, boolean authority, Duration validity)
      throws IOException {
    Instant from = Instant.now().minus(Duration.ofDays(1));
    try {
      return new JcaX509v3CertificateBuilder(
              AUTHORITY,
              new BigInteger(64, new SecureRandom()).setBit(0),
              Date.from(from),
              Date.from(from.plus(Duration.ofDays(1)).plus(validity)),
              name,
              subject.getPublic())
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(authority))
          .addExtension(
              Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName(GeneralName.dNSName, "sfu")))
          .build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()));
    } catch (OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path write(String name, Object pem) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(pem);
    }
    return Files.writeString(folder.resolve(prefix + name), text.toString());
  }
}
