package sfu.load.bench;

import java.net.InetAddress;
import sfu.node.media.io.PortRange;

/** Where everything in the bench is bound. */
final class Loopback {
  static final InetAddress ADDRESS = InetAddress.ofLiteral("127.0.0.1");

  /** Below what the system hands out by itself, so that viewers' sockets don't take them. */
  static final PortRange PORTS = new PortRange(21_000, 29_999);

  private Loopback() {}
}
