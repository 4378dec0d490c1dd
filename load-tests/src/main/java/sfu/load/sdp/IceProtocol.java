package sfu.load.sdp;

/** Which of the server's candidates a client is told of; leaving some out is how a firewall is played. */
public enum IceProtocol {
  ANY,
  UDP,
  TCP;

  /** Whether a candidate of this protocol, as "udp", stays. */
  boolean allows(String protocol) {
    return this == ANY || name().equalsIgnoreCase(protocol);
  }
}
