package sfu.protocol.dtls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import sfu.protocol.srtp.SrtpProfile;

/** Bouncy Castle's plain client, which shows no certificate, and a server endpoint that it calls. */
@SuppressWarnings("rawtypes") // as Bouncy Castle's methods are declared
final class BareClient implements DatagramTransport, DtlsEndpoint.Listener, AutoCloseable {
  /** Why the server gave up. */
  final CompletableFuture<String> refusal = new CompletableFuture<>();

  private final BlockingQueue<byte[]> fromServer = new LinkedBlockingQueue<>();
  private final DtlsEndpoint server =
      DtlsEndpoint.start(
          DtlsRole.SERVER,
          DtlsWire.SERVER_CERTIFICATE,
          List.of(DtlsWire.CLIENT_CERTIFICATE.fingerprint("sha-256")),
          List.of(SrtpProfile.values()),
          1200,
          Thread::startVirtualThread,
          this,
          DtlsWire.TIMINGS);

  /** Blocks until the handshake has ended; throws if it failed. */
  void connect() throws IOException {
    new DTLSClientProtocol()
        .connect(
            new DefaultTlsClient(new BcTlsCrypto()) {
              @Override
              protected ProtocolVersion[] getSupportedVersions() {
                return ProtocolVersion.DTLSv12.only();
              }

              @Override
              public Hashtable getClientExtensions() throws IOException {
                Hashtable extensions = super.getClientExtensions();
                int[] profiles = {SrtpProfile.AEAD_AES_128_GCM.id()};
                TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(profiles, TlsUtils.EMPTY_BYTES));
                return extensions;
              }

              @Override
              public TlsAuthentication getAuthentication() {
                return new TlsAuthentication() {
                  @Override
                  public void notifyServerCertificate(TlsServerCertificate certificate) {
                    // Any will do: the server is the one under test.
                  }

                  @Override
                  public TlsCredentials getClientCredentials(CertificateRequest request) {
                    return null;
                  }
                };
              }
            },
            this);
  }

  @Override
  public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
    try {
      byte[] datagram = fromServer.poll(waitMillis, TimeUnit.MILLISECONDS);
      if (datagram == null) {
        return -1;
      }
      System.arraycopy(datagram, 0, buffer, offset, datagram.length);
      return datagram.length;
    } catch (InterruptedException e) {
      throw new InterruptedIOException(e.getMessage());
    }
  }

  @Override
  public void send(byte[] buffer, int offset, int length) {
    server.receive(Arrays.copyOfRange(buffer, offset, offset + length));
  }

  @Override
  public int getReceiveLimit() {
    return 1500;
  }

  @Override
  public int getSendLimit() {
    return 1500;
  }

  @Override
  public void onSend(byte[] datagram) {
    fromServer.add(datagram);
  }

  @Override
  public void onConnected(SrtpKeys keys) {
    refusal.completeExceptionally(new AssertionError("the server accepted a client without a certificate"));
  }

  @Override
  public void onFailed(String reason) {
    refusal.complete(reason);
  }

  @Override
  public void onClosed() {
    // Cannot come before onConnected, which fails the test.
  }

  @Override
  public void close() {
    server.close();
  }
}
