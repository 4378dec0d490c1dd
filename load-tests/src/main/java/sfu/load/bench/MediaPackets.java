package sfu.load.bench;

import java.lang.foreign.MemorySegment;

/** The packets of one stream as its client sends them, before they are encrypted. */
sealed interface MediaPackets permits VideoPackets, VoicePackets {
  /** Begins what leaves as one; returns how many packets that are. */
  int beginBurst();

  /** Writes the next packet of it; returns its length in bytes. Its header has {@link PacketHead#LENGTH}. */
  int next(MemorySegment out, long nowNanos);
}
