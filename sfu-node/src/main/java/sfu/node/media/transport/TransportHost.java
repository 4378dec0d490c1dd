package sfu.node.media.transport;

import sfu.node.media.io.Path;

/** The worker as a transport sees it: which address speaks for whom, and who must know what is gone. Loop thread only. */
public interface TransportHost {
  /**
   * Notes that an address has proven to speak for a transport, in place of one that isn't heard any more. Null if another
   * is: source addresses can be forged.
   */
  Path register(long addressHi, long addressLo, int port, Transport transport);

  /** The address speaks for nobody any more. */
  void unregister(Path path);

  /** A transport ended by itself. */
  void ended(WebRtcTransport transport);

  /** A producer or consumer is gone, for whatever reason. */
  void gone(String producerOrConsumerId);
}
