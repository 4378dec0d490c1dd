package sfu.node.media.io;

import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;

/** The ports of a range in the order they are tried, each once. */
final class PortSearch {

  /** Connections the kernel completes before they are accepted. */
  static final int BACKLOG = 1024;

  private final String protocol;
  private final InetAddress address;
  private final PortRange range;
  private final int start;
  private int tried;

  PortSearch(String protocol, InetAddress address, PortRange range, int start) {
    this.protocol = protocol;
    this.address = address;
    this.range = range;
    this.start = start;
  }

  /** Tells a wrong address from a range without a free port: to the system both are a bind that fails. */
  static void requireLocal(InetAddress address) throws BindException, SocketException {
    try {
      new DatagramSocket(new InetSocketAddress(address, 0)).close();
    } catch (BindException e) {
      throw new BindException(address.getHostAddress() + " is not an address of this machine");
    }
  }

  /**
   * The next port to try.
   *
   * @throws BindException if all were tried
   */
  int next() throws BindException {
    if (tried == range.size()) {
      throw new BindException("no free " + protocol + " port in " + range + " on " + address.getHostAddress());
    }
    tried++;
    return port();
  }

  /** The port tried last. */
  int port() {
    return range.at(start + tried - 1);
  }

  InetAddress address() {
    return address;
  }
}
