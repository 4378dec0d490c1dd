package sfu.protocol.dtls;

import java.io.IOException;
import java.util.Hashtable;
import java.util.Vector;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatusRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;

/** The client role. */
@SuppressWarnings("rawtypes") // as the methods are declared
final class DtlsClientPeer extends DefaultTlsClient {
  private final DtlsPolicy policy;

  DtlsClientPeer(DtlsPolicy policy) {
    super(DtlsCrypto.CRYPTO);
    this.policy = policy;
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    return ProtocolVersion.DTLSv12.only();
  }

  @Override
  protected int[] getSupportedCipherSuites() {
    return DtlsCrypto.cipherSuites();
  }

  @Override
  protected Vector<Integer> getSupportedGroups(Vector roles) {
    Vector<Integer> groups = new Vector<>();
    for (int group : DtlsCrypto.groups()) {
      groups.add(group);
    }
    return groups;
  }

  @Override
  protected Vector getSupportedSignatureAlgorithms() {
    return DtlsCrypto.signatureAlgorithms();
  }

  @Override
  protected CertificateStatusRequest getCertificateStatusRequest() {
    return null; // nobody vouches for a certificate that signed itself
  }

  @Override
  public boolean requiresExtendedMasterSecret() {
    return true;
  }

  @Override
  public boolean shouldCheckSigAlgOfPeerCerts() {
    return false;
  }

  @Override
  public int getHandshakeResendTimeMillis() {
    return policy.resendMillis();
  }

  @Override
  public Hashtable getClientExtensions() throws IOException {
    Hashtable extensions = super.getClientExtensions();
    TlsSRTPUtils.addUseSRTPExtension(extensions, policy.offer());
    return extensions;
  }

  @Override
  public void processServerExtensions(Hashtable extensions) throws IOException {
    super.processServerExtensions(extensions);
    policy.accept(TlsSRTPUtils.getUseSRTPExtension(extensions));
  }

  @Override
  public TlsAuthentication getAuthentication() {
    return new TlsAuthentication() {
      @Override
      public void notifyServerCertificate(TlsServerCertificate certificate) throws IOException {
        policy.verify(certificate.getCertificate());
      }

      @Override
      public TlsCredentials getClientCredentials(CertificateRequest request) {
        return policy.local().credentials(context);
      }
    };
  }

  @Override
  public void notifyHandshakeComplete() throws IOException {
    super.notifyHandshakeComplete();
    policy.export(context);
  }
}
