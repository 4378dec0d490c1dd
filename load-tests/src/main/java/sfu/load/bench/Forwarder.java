package sfu.load.bench;

import java.io.IOException;
import sfu.node.media.io.IoStats;

/** One of the two that are compared. Confined to one thread. */
interface Forwarder extends AutoCloseable {
  /** What it does before and after the measured time, so that nothing but forwarding falls into that. */
  void rest() throws IOException;

  /** Puts one turn's packets into its socket's receive buffer. Returns how many have to leave for them. */
  int offer();

  /** Receives these packets and sends each to every viewer, all the way into the kernel. The measured part. */
  void forward();

  /** Packets handed to the sockets so far. */
  long packetsOut();

  IoStats stats();

  /** What it dropped so far, or "none". */
  String drops();

  @Override
  void close() throws IOException;
}
