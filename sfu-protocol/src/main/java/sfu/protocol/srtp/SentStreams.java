package sfu.protocol.srtp;

import java.util.Arrays;

/** The highest index sent of each SSRC: what a sender's rollover counters are. */
final class SentStreams {
  private final SsrcTable streams = new SsrcTable();
  private long[] highest = new long[8];

  /** The index to send {@code sequence} under; later guesses start from the highest. */
  long next(int ssrc, int sequence) {
    int stream = streams.find(ssrc);
    if (stream < 0) {
      stream = streams.add(ssrc);
      if (stream == highest.length) {
        highest = Arrays.copyOf(highest, stream * 2);
      }
      highest[stream] = sequence;
      return sequence;
    }
    long index = PacketIndex.guess(highest[stream], sequence);
    if (index > highest[stream]) {
      highest[stream] = index;
    }
    return index;
  }
}
