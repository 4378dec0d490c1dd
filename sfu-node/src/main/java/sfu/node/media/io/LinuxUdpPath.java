package sfu.node.media.io;

/** A UDP destination with its socket address prepared. */
final class LinuxUdpPath extends Path {

  private final long sockaddrWord;
  /** Cleared when the way there turns out not to take UDP_SEGMENT, say through IPsec or by a small MTU. */
  private boolean segmentable = true;

  LinuxUdpPath(boolean v6, long addressHi, long addressLo, int port) {
    super(addressHi, addressLo, port, System.nanoTime());
    sockaddrWord = Sockaddr.firstWord(v6, addressLo, port);
  }

  @Override
  public boolean isTcp() {
    return false;
  }

  long sockaddrWord() {
    return sockaddrWord;
  }

  boolean segmentable() {
    return segmentable;
  }

  void refuseSegments() {
    segmentable = false;
  }
}
