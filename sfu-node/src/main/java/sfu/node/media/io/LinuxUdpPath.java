package sfu.node.media.io;

/** A UDP destination with its socket address prepared, and our address that its packets leave from. */
final class LinuxUdpPath extends Path {

  private final long sockaddrWord;
  /** Unspecified, of the destination's family: the system chooses. */
  private long localHi;
  private long localLo;
  private int localInterface;
  /** Cleared when the way there turns out not to take UDP_SEGMENT, say through IPsec or by a small MTU. */
  private boolean segmentable = true;

  LinuxUdpPath(boolean v6, long addressHi, long addressLo, int port) {
    super(addressHi, addressLo, port, System.nanoTime());
    sockaddrWord = Sockaddr.firstWord(v6, addressLo, port);
    localLo = Addresses.isV4(addressHi, addressLo) ? Addresses.mapped(0) : 0;
  }

  @Override
  public boolean isTcp() {
    return false;
  }

  long sockaddrWord() {
    return sockaddrWord;
  }

  /** Heeded by sockets that are bound to all addresses; others have but one. */
  void leaveFrom(long addressHi, long addressLo, int interfaceIndex) {
    localHi = addressHi;
    localLo = addressLo;
    localInterface = interfaceIndex;
  }

  long localHi() {
    return localHi;
  }

  long localLo() {
    return localLo;
  }

  /** 0 for any. */
  int localInterface() {
    return localInterface;
  }

  boolean segmentable() {
    return segmentable;
  }

  void refuseSegments() {
    segmentable = false;
  }
}
