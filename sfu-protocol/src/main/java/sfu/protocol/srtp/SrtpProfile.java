package sfu.protocol.srtp;

/** The SRTP protection profiles spoken here (RFC 5764, 4.1.2; RFC 7714, 14.2), in order of preference. */
public enum SrtpProfile {
  AEAD_AES_256_GCM(0x0008, 32, 12),
  AEAD_AES_128_GCM(0x0007, 16, 12),
  AES_CM_128_HMAC_SHA1_80(0x0001, 16, 14);

  private final int id;
  private final int keyLength;
  private final int saltLength;

  SrtpProfile(int id, int keyLength, int saltLength) {
    this.id = id;
    this.keyLength = keyLength;
    this.saltLength = saltLength;
  }

  /** The profile's number in the DTLS use_srtp extension. */
  public int id() {
    return id;
  }

  /** Length of a master key, in bytes. */
  public int keyLength() {
    return keyLength;
  }

  /** Length of a master salt, in bytes. */
  public int saltLength() {
    return saltLength;
  }
}
