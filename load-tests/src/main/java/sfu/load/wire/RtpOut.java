package sfu.load.wire;

import java.lang.foreign.MemorySegment;

/** Where the packets of one transport leave: a connected endpoint, or in tests a simulated link. */
interface RtpOut {

  /** Transport-wide, 16 bits. */
  int nextTransportSequence();

  /**
   * Protects and sends an RTP packet.
   *
   * @param head its header and, up to {@code prefixLength}, what precedes the rest of the payload
   * @param payload the rest, not overlapping the scratch's out buffer
   */
  void sendRtp(
      MemorySegment head, int headerLength, int prefixLength, MemorySegment payload, long offset, int length);
}
