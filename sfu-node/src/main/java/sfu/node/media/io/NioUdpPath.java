package sfu.node.media.io;

import java.net.InetSocketAddress;

/** A UDP destination as {@code DatagramChannel} wants it. */
final class NioUdpPath extends Path {

  private final InetSocketAddress address;

  NioUdpPath(long addressHi, long addressLo, int port) {
    super(addressHi, addressLo, port, System.nanoTime());
    address = new InetSocketAddress(Addresses.toInetAddress(addressHi, addressLo), port);
  }

  @Override
  public boolean isTcp() {
    return false;
  }

  InetSocketAddress address() {
    return address;
  }
}
