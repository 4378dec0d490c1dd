package sfu.node.media.io;

/**
 * A way to one remote address: a UDP destination ({@link NetIo#udpPath}) or an accepted TCP connection. Belongs to the
 * loop thread.
 */
public abstract class Path {

  private final long addressHi;
  private final long addressLo;
  private final int port;
  private final long openedNanos;
  private Object attachment;
  private boolean closed;

  /** {@code openedNanos}: on the clock of {@link System#nanoTime}. */
  protected Path(long addressHi, long addressLo, int port, long openedNanos) {
    this.addressHi = addressHi;
    this.addressLo = addressLo;
    this.port = port;
    this.openedNanos = openedNanos;
  }

  public abstract boolean isTcp();

  /** The remote address, see {@link Addresses}. */
  public final long addressHi() {
    return addressHi;
  }

  public final long addressLo() {
    return addressLo;
  }

  public final int port() {
    return port;
  }

  /** When it was accepted or made, on the clock of {@link System#nanoTime}. */
  public final long openedNanos() {
    return openedNanos;
  }

  /** Whatever its user wants to find again when packets come on it; null at first. */
  public final Object attachment() {
    return attachment;
  }

  public final void attach(Object value) {
    attachment = value;
  }

  public final boolean isClosed() {
    return closed;
  }

  /**
   * Ends it. Packets committed before still leave as far as the system takes them at once; a TCP connection is closed.
   * {@link NetIo.Handler#onTcpClosed} is not called for what its user closes.
   */
  public final void close() {
    if (!closed) {
      beforeClose();
      closed = true;
      attachment = null;
      release();
    }
  }

  /** The last moment at which packets can be sent on it. */
  protected void beforeClose() {}

  /** Gives back what the system holds for it. */
  protected void release() {}

  @Override
  public final String toString() {
    String host = Addresses.toInetAddress(addressHi, addressLo).getHostAddress();
    return (isTcp() ? "tcp " : "udp ") + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
