package sfu.load.sdp;

import java.util.Locale;

/** Which side of the DTLS handshake the client takes (RFC 8842, 5.1). */
public enum DtlsRole {
  CLIENT,
  SERVER;

  /** The word in {@code DtlsParameters}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What the client's own description says. */
  String setup() {
    return this == CLIENT ? "active" : "passive";
  }

  /** What the server's answer says then. */
  String setupOfServer() {
    return this == CLIENT ? "passive" : "active";
  }
}
