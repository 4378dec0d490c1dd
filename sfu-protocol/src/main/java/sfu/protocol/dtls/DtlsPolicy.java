package sfu.protocol.dtls;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.TlsCertificate;
import sfu.protocol.ortc.DtlsFingerprint;
import sfu.protocol.srtp.SrtpProfile;

/** What both roles of one handshake demand of the peer, and what came of it. Confined to the endpoint's thread. */
final class DtlsPolicy {
  private final DtlsCertificate local;
  private final List<DtlsFingerprint> remote;
  private final List<SrtpProfile> profiles;
  private final DtlsTimings timings;
  private SrtpProfile profile;
  private SrtpKeys keys;
  private String refusal;

  DtlsPolicy(
      DtlsCertificate local, List<DtlsFingerprint> remote, List<SrtpProfile> profiles, DtlsTimings timings) {
    this.local = local;
    this.remote = List.copyOf(remote);
    this.profiles = List.copyOf(profiles);
    this.timings = timings;
  }

  DtlsCertificate local() {
    return local;
  }

  int resendMillis() {
    return timings.resendMillis();
  }

  /** Why this side refused the peer, or null. */
  String refusal() {
    return refusal;
  }

  /** The keys, once the handshake is complete. */
  SrtpKeys keys() {
    return keys;
  }

  /** The use_srtp extension with which a client offers all profiles (RFC 5764, 4.1.1). */
  UseSRTPData offer() {
    return new UseSRTPData(profiles.stream().mapToInt(SrtpProfile::id).toArray(), TlsUtils.EMPTY_BYTES);
  }

  /** As server: takes the first of this side's profiles that the client offers. */
  void choose(UseSRTPData offer) throws TlsFatalAlert {
    if (offer != null) {
      for (SrtpProfile candidate : profiles) {
        if (Arrays.stream(offer.getProtectionProfiles()).anyMatch(id -> id == candidate.id())) {
          profile = candidate;
          return;
        }
      }
    }
    throw refuse(AlertDescription.handshake_failure, "no common SRTP profile");
  }

  /** As server: the use_srtp extension that answers. */
  UseSRTPData answer() {
    return new UseSRTPData(new int[] {profile.id()}, TlsUtils.EMPTY_BYTES);
  }

  /** As client: the server must have taken exactly one of what was offered, and no MKI, as none was. */
  void accept(UseSRTPData answer) throws TlsFatalAlert {
    if (answer == null) {
      throw refuse(AlertDescription.handshake_failure, "no common SRTP profile");
    }
    int[] chosen = answer.getProtectionProfiles();
    for (SrtpProfile candidate : profiles) {
      if (chosen.length == 1 && chosen[0] == candidate.id() && answer.getMki().length == 0) {
        profile = candidate;
        return;
      }
    }
    throw refuse(AlertDescription.illegal_parameter, "the server chose an SRTP profile that was not offered");
  }

  /** The peer's certificate must be the one that signalling announced (RFC 8122, 5). */
  void verify(Certificate chain) throws IOException {
    if (chain == null || chain.isEmpty()) {
      throw refuse(AlertDescription.handshake_failure, "the peer has no certificate");
    }
    TlsCertificate certificate = chain.getCertificateAt(0);
    if (!DtlsFingerprints.anyFits(certificate.getEncoded(), remote)) {
      throw refuse(AlertDescription.bad_certificate, "the peer's certificate fits none of the announced fingerprints");
    }
  }

  /** Derives the keys (RFC 5764, 4.2): the client's key, the server's, the client's salt, the server's. */
  void export(TlsContext context) {
    int key = profile.keyLength();
    int salt = profile.saltLength();
    byte[] material = context.exportKeyingMaterial(ExporterLabel.dtls_srtp, null, 2 * (key + salt));
    byte[] clientKey = Arrays.copyOfRange(material, 0, key);
    byte[] serverKey = Arrays.copyOfRange(material, key, 2 * key);
    byte[] clientSalt = Arrays.copyOfRange(material, 2 * key, 2 * key + salt);
    byte[] serverSalt = Arrays.copyOfRange(material, 2 * key + salt, 2 * (key + salt));
    Arrays.fill(material, (byte) 0);
    keys =
        context.isServer()
            ? new SrtpKeys(profile, serverKey, serverSalt, clientKey, clientSalt)
            : new SrtpKeys(profile, clientKey, clientSalt, serverKey, serverSalt);
  }

  private TlsFatalAlert refuse(short alert, String reason) {
    refusal = reason;
    return new TlsFatalAlert(alert, reason);
  }
}
