package sfu.node.media;

import java.util.Arrays;
import java.util.Objects;
import sfu.protocol.srtp.SrtpProfile;

/**
 * One worker's end of a link to another: where it is reached, by which name and password it knows the other's checks
 * (RFC 8445), and what it encrypts with that it sends.
 *
 * @param linkId the same for both ends
 * @param address IP address in digits
 * @param port of UDP
 * @param key master key of the profile's length; as are all of its kind, made for this link and direction alone
 * @param salt master salt of the profile's length
 */
public record LinkParameters(
    String linkId,
    String address,
    int port,
    String usernameFragment,
    String password,
    SrtpProfile profile,
    byte[] key,
    byte[] salt) {

  @Override
  public boolean equals(Object other) {
    return other instanceof LinkParameters that
        && linkId.equals(that.linkId)
        && address.equals(that.address)
        && port == that.port
        && usernameFragment.equals(that.usernameFragment)
        && password.equals(that.password)
        && profile == that.profile
        && Arrays.equals(key, that.key)
        && Arrays.equals(salt, that.salt);
  }

  @Override
  public int hashCode() {
    return Objects.hash(linkId, address, port);
  }

  /** Leaves out what is secret: this text may reach a log. */
  @Override
  public String toString() {
    return "LinkParameters[linkId=%s, address=%s, port=%d, profile=%s]".formatted(linkId, address, port, profile);
  }
}
