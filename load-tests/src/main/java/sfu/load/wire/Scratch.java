package sfu.load.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

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

  /** A packet that came before it could be decrypted. */
  final MemorySegment early = Arena.ofAuto().allocate(PACKET_BYTES, 64);

  /** What is put together beforehand: checks, RTCP. */
  final MemorySegment out = Arena.ofAuto().allocate(PACKET_BYTES, 64);
}
