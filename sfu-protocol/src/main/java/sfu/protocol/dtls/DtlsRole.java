package sfu.protocol.dtls;

/** Who starts: the client sends the first flight. */
public enum DtlsRole {
  CLIENT,
  SERVER
}
