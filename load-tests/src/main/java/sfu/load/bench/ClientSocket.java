package sfu.load.bench;

import java.io.IOException;

/** A client's UDP socket on loopback, for the datagrams of ICE and DTLS. Never blocks. */
interface ClientSocket extends AutoCloseable {
  int port();

  void send(byte[] datagram) throws IOException;

  /** The next datagram that came, or null. */
  byte[] receive() throws IOException;

  @Override
  void close() throws IOException;
}
