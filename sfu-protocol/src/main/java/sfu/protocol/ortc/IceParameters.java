package sfu.protocol.ortc;

/** The short-term credentials of one side's ICE (RFC 8445, 5.3). */
public record IceParameters(String usernameFragment, String password, boolean iceLite) {

  /** Leaves the password out: this text may reach a log. */
  @Override
  public String toString() {
    return "IceParameters[usernameFragment=" + usernameFragment + ", iceLite=" + iceLite + "]";
  }
}
