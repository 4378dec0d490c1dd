package sfu.protocol.dtls;

import java.io.IOException;
import java.util.Hashtable;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.util.Arrays;

/** The server role: asks for a certificate, as both sides of WebRTC show one (RFC 8827, 6.5). */
@SuppressWarnings("rawtypes") // as the methods are declared
final class DtlsServerPeer extends DefaultTlsServer {
  private final DtlsPolicy policy;

  DtlsServerPeer(DtlsPolicy policy) {
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
  protected boolean preferLocalCipherSuites() {
    return true;
  }

  @Override
  public int[] getSupportedGroups() {
    return DtlsCrypto.groups();
  }

  @Override
  protected int selectECDH(int minimumCurveBits) {
    int[] offered = context.getSecurityParametersHandshake().getClientSupportedGroups();
    if (offered == null) {
      return selectECDHDefault(minimumCurveBits);
    }
    for (int group : DtlsCrypto.groups()) {
      if (Arrays.contains(offered, group)) {
        return group;
      }
    }
    return -1;
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
  public void processClientExtensions(Hashtable extensions) throws IOException {
    super.processClientExtensions(extensions);
    policy.choose(TlsSRTPUtils.getUseSRTPExtension(extensions));
  }

  @Override
  public Hashtable getServerExtensions() throws IOException {
    Hashtable extensions = super.getServerExtensions();
    TlsSRTPUtils.addUseSRTPExtension(extensions, policy.answer());
    return extensions;
  }

  @Override
  protected TlsCredentialedSigner getECDSASignerCredentials() {
    return policy.local().credentials(context);
  }

  @Override
  public CertificateRequest getCertificateRequest() {
    short[] types = {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign};
    return new CertificateRequest(types, DtlsCrypto.signatureAlgorithms(), null);
  }

  @Override
  public void notifyClientCertificate(Certificate chain) throws IOException {
    policy.verify(chain);
  }

  @Override
  public void notifyHandshakeComplete() throws IOException {
    super.notifyHandshakeComplete();
    policy.export(context);
  }
}
