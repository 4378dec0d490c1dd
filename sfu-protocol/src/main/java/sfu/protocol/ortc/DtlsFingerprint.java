package sfu.protocol.ortc;

/** A certificate's digest: algorithm as in RFC 8122 ("sha-256"), value in upper-case hex pairs with colons. */
public record DtlsFingerprint(String algorithm, String value) {}
