package sfu.protocol.srtp;

import java.util.Arrays;

/** The highest index received of each SSRC, and which of the last {@link #WINDOW} have been (RFC 3711, 3.3.2). */
final class ReceivedStreams {
  /** In packets. A retransmission that answers a NACK may come a second late, hundreds of packets at a high rate. */
  static final int WINDOW = 1024;

  private static final int WORDS = WINDOW / Long.SIZE;

  private final SsrcTable streams = new SsrcTable();
  private long[] highest = new long[4];
  private long[] seen = new long[4 * WORDS];

  /** The number of a stream, or -1 if nothing authentic has come from it yet. */
  int find(int ssrc) {
    return streams.find(ssrc);
  }

  int size() {
    return streams.size();
  }

  long highest(int stream) {
    return highest[stream];
  }

  boolean isReplay(int stream, long index) {
    long behind = highest[stream] - index;
    return behind >= 0 && (behind >= WINDOW || (seen[word(stream, index)] & 1L << index) != 0);
  }

  /** Only after authentication: forged packets must neither move the window nor take memory. */
  void add(int ssrc, long index) {
    int stream = streams.add(ssrc);
    if (stream == highest.length) {
      highest = Arrays.copyOf(highest, stream * 2);
      seen = Arrays.copyOf(seen, stream * 2 * WORDS);
    }
    highest[stream] = index;
    seen[word(stream, index)] |= 1L << index;
  }

  /** Only after authentication, and only what was no replay. */
  void accept(int stream, long index) {
    long ahead = index - highest[stream];
    if (ahead >= WINDOW) {
      Arrays.fill(seen, stream * WORDS, (stream + 1) * WORDS, 0);
    } else {
      for (long skipped = highest[stream] + 1; skipped < index; skipped++) {
        seen[word(stream, skipped)] &= ~(1L << skipped);
      }
    }
    if (ahead > 0) {
      highest[stream] = index;
    }
    seen[word(stream, index)] |= 1L << index;
  }

  private static int word(int stream, long index) {
    return stream * WORDS + ((int) index & WINDOW - 1) / Long.SIZE;
  }
}
