package sfu.load.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Where one thread's packets are put together and taken apart, off-heap as the ciphers need it. */
final class Scratch {

  /** Longer than any packet of WebRTC with its authentication tag. */
  static final int PACKET_BYTES = 2048;

  /** An RTP header with extensions and what a retransmission puts before its payload. */
  final MemorySegment head = Arena.ofAuto().allocate(PACKET_BYTES, 64);

  /** A payload before it is encrypted. */
  final MemorySegment payload = Arena.ofAuto().allocate(PACKET_BYTES, 64);

  /** A packet after it was decrypted. */
  final MemorySegment plain = Arena.ofAuto().allocate(PACKET_BYTES, 64);

  /** What came from a socket. */
  final ByteBuffer inBuffer = ByteBuffer.allocateDirect(PACKET_BYTES);

  final MemorySegment in = MemorySegment.ofBuffer(inBuffer);

  /** What goes to a socket. */
  final ByteBuffer outBuffer = ByteBuffer.allocateDirect(PACKET_BYTES);

  final MemorySegment out = MemorySegment.ofBuffer(outBuffer);
}
