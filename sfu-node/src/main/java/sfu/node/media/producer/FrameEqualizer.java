package sfu.node.media.producer;

/**
 * Makes the packets of a video frame equal in length by a few bytes of RTP padding: a browser cuts a frame into packets
 * that differ by a byte, and UDP_SEGMENT wants them equal, so that without it each frame would cost a viewer two messages
 * and not one. Works on a batch, and only on packets that are next to each other in it as far as their stream goes.
 */
final class FrameEqualizer {

  /** Of one packet, in bytes: what the tag of SRTP's shortest cipher leaves free behind a decrypted one. */
  static final int MAX_PADDING = 8;

  /** By the index of a frame's first packet in the batch: the length of its longest. */
  private final int[] longest;

  /** By the index of a packet: the index of its frame's first. */
  private final int[] firsts;

  /** {@code capacity} of the batch, in packets. */
  FrameEqualizer(int capacity) {
    longest = new int[capacity];
    firsts = new int[capacity];
  }

  /** Pads what is worth it among the first {@code size} packets. */
  void equalize(InboundPacket[] packets, int size) {
    for (int i = 0; i < size; i++) {
      ProducerStream stream = packets[i].stream;
      int first = stream.frameInBatch;
      boolean same = first >= 0 && packets[first].timestamp == packets[i].timestamp;
      firsts[i] = same ? first : i;
      stream.frameInBatch = firsts[i];
      longest[firsts[i]] = Math.max(same ? longest[first] : 0, packets[i].payloadLength);
    }
    for (int i = 0; i < size; i++) {
      InboundPacket packet = packets[i];
      packet.stream.frameInBatch = ProducerStream.NONE;
      int missing = longest[firsts[i]] - packet.payloadLength;
      if (missing > 0 && missing <= MAX_PADDING && !packet.stream.producer().isClosed()) {
        packet.pad(missing);
      }
    }
  }
}
