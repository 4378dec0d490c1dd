package sfu.protocol.dtls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sfu.protocol.ortc.DtlsFingerprint;

/** Digests of certificates as signalling carries them (RFC 8122, 5). */
final class DtlsFingerprints {
  private static final HexFormat PAIRS = HexFormat.ofDelimiter(":").withUpperCase();

  private DtlsFingerprints() {}

  /** The digest of a certificate in DER; empty if the algorithm is not one of sha-1 to sha-512. */
  static Optional<DtlsFingerprint> of(byte[] certificate, String algorithm) {
    String digest =
        switch (algorithm.toLowerCase(Locale.ROOT)) {
          case "sha-1" -> "SHA-1";
          case "sha-224" -> "SHA-224";
          case "sha-256" -> "SHA-256";
          case "sha-384" -> "SHA-384";
          case "sha-512" -> "SHA-512";
          default -> null;
        };
    if (digest == null) {
      return Optional.empty();
    }
    try {
      byte[] value = MessageDigest.getInstance(digest).digest(certificate);
      return Optional.of(new DtlsFingerprint(algorithm, PAIRS.formatHex(value)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no " + digest, e);
    }
  }

  /** Whether a certificate in DER fits any of the announced fingerprints; those of unknown algorithms fit none. */
  static boolean anyFits(byte[] certificate, List<DtlsFingerprint> announced) {
    for (DtlsFingerprint candidate : announced) {
      if (candidate.algorithm() == null) {
        continue;
      }
      Optional<DtlsFingerprint> own = of(certificate, candidate.algorithm());
      if (own.isPresent() && own.get().value().equalsIgnoreCase(candidate.value())) {
        return true;
      }
    }
    return false;
  }
}
