package sfu.protocol.jwt;

/** What asks for a channel: its issuer, and the base64 key that JWTs joining it are signed with; null if absent. */
public record ChannelClaims(String iss, String key) {

  /** Reads the claims; what has another type counts as absent. */
  public static ChannelClaims of(Claims claims) {
    return new ChannelClaims(claims.text("iss").orElse(null), claims.text("key").orElse(null));
  }

  /** Leaves the key out: this text may reach a log. */
  @Override
  public String toString() {
    return "ChannelClaims[iss=" + iss + ", key " + (key == null ? "absent" : "present") + "]";
  }
}
