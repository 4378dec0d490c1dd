package sfu.protocol.ortc;

import java.util.Objects;

/** A certificate's digest: algorithm as in RFC 8122 ("sha-256"), value in upper-case hex pairs with colons. */
public record DtlsFingerprint(String algorithm, String value) {

  public DtlsFingerprint {
    Objects.requireNonNull(algorithm, "algorithm");
    Objects.requireNonNull(value, "value");
  }
}
