package sfu.load.run;

import java.net.URI;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * A server that runs already.
 *
 * @param url its HTTP API
 * @param key its decoded AUTH_KEY
 * @param pid the process, with its descendants, whose processor time and memory are its; empty if not on this machine
 */
record Remote(URI url, byte[] key, OptionalLong pid) {

  @Override
  public boolean equals(Object other) {
    return other instanceof Remote(URI otherUrl, byte[] otherKey, OptionalLong otherPid)
        && url.equals(otherUrl)
        && Arrays.equals(key, otherKey)
        && pid.equals(otherPid);
  }

  @Override
  public int hashCode() {
    return Objects.hash(url, pid);
  }

  /** Leaves the key out: this text may reach a log. */
  @Override
  public String toString() {
    return "Remote[url=" + url + ", pid=" + pid + "]";
  }
}
