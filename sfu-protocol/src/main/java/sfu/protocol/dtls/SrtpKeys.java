package sfu.protocol.dtls;

import sfu.protocol.srtp.SrtpProfile;

/**
 * What DTLS-SRTP agreed on (RFC 5764, 4.2): master key and salt of what this side sends and of what it receives, with
 * the lengths that the profile says. The arrays are the receiver's to keep and to wipe.
 */
public record SrtpKeys(
    SrtpProfile profile, byte[] localKey, byte[] localSalt, byte[] remoteKey, byte[] remoteSalt) {

  /** Leaves the keys out: this text may reach a log. */
  @Override
  public String toString() {
    return "SrtpKeys[profile=" + profile + "]";
  }
}
