package sfu.node.media.relay;

import java.util.ArrayDeque;
import java.util.concurrent.ThreadLocalRandom;

/** The streams that one end of a link sends: each has SSRCs of its own, which are used again. Loop thread only. */
final class LinkStreams {
  /** SSRCs that may be in use at a time, with those of RTX: thousands of participants. */
  static final int MAX_SSRCS = 1 << 14;

  /** By then nobody means the former user of an SSRC any more. */
  static final long QUARANTINE_NANOS = 15_000_000_000L;

  /** Low first numbers keep the roll-over far away while the other end doesn't know the stream (RFC 3711, 3.3.1). */
  private static final int MAX_FIRST_SEQUENCE = 1 << 14;

  private final ArrayDeque<LinkStream> released = new ArrayDeque<>();
  private int nextSsrc = ThreadLocalRandom.current().nextInt();
  private int made;

  /** Null if too many are in use. */
  LinkStream take(long nowNanos) {
    LinkStream oldest = released.peek();
    if (oldest != null && nowNanos - oldest.releasedNanos >= QUARANTINE_NANOS) {
      return released.poll();
    }
    if (2 * made >= MAX_SSRCS) {
      return null;
    }
    made++;
    return new LinkStream(nextSsrc++, nextSsrc++, ThreadLocalRandom.current().nextInt(MAX_FIRST_SEQUENCE));
  }

  void release(LinkStream stream, long nowNanos) {
    stream.releasedNanos = nowNanos;
    released.add(stream);
  }
}
