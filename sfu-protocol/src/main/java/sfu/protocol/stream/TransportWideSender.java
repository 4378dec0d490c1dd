package sfu.protocol.stream;

import java.util.Arrays;
import sfu.protocol.rtcp.TransportFeedback;

/**
 * Numbers the packets that a transport sends and remembers them until its peer's feedback tells what became of each
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01). Single-threaded; allocates nothing but for its table, which
 * grows with the packets under way to at most {@value #MAX_PACKETS} entries.
 */
public final class TransportWideSender {

  /** Learns the fate of each packet: where an estimate of the bandwidth begins. */
  @FunctionalInterface
  public interface Listener {

    /**
     * Feedback told of a packet. One that was told lost may be told as arrived by a later feedback; nothing else is
     * told twice.
     *
     * @param sentNanos when it was sent, on our clock
     * @param arrivalNanos on the receiver's clock, good for differences only, or {@link #LOST}
     * @param bytes its size
     * @param again it was told lost before, and arrived after all
     */
    void onResult(long sentNanos, long arrivalNanos, int bytes, boolean again);
  }

  /** As an arrival: the packet didn't arrive. */
  public static final long LOST = Long.MIN_VALUE;

  static final int MAX_PACKETS = 16_384;

  private static final int MIN_PACKETS = 512;

  /**
   * Queues of seconds exist, and are to be known for what they are. Feedback that takes longer is not worth the memory to
   * wait for it.
   */
  private static final long PATIENCE_NANOS = 4_000_000_000L;

  private final Listener listener;
  private long[] sentNanos = new long[MIN_PACKETS];

  /** In flight: above zero. Told lost: the negative. Told arrived: zero. */
  private int[] bytes = new int[MIN_PACKETS];

  private long next;
  private boolean hasArrival;
  private long lastArrivalTicks;

  private long arrived;
  private long lost;
  private long unmatched;

  public TransportWideSender(Listener listener) {
    this.listener = listener;
  }

  /**
   * Takes note of a packet that is about to be sent.
   *
   * @param packetBytes above zero
   * @return its transport-wide sequence number, 16 bits
   */
  public int onSending(int packetBytes, long nowNanos) {
    int index = index(next);
    boolean awaited = bytes[index] > 0 && nowNanos - sentNanos[index] < PATIENCE_NANOS;
    if (awaited && bytes.length < MAX_PACKETS) {
      grow();
      index = index(next);
    }
    sentNanos[index] = nowNanos;
    bytes[index] = packetBytes;
    return (int) next++ & 0xffff;
  }

  private void grow() {
    int oldLength = bytes.length;
    sentNanos = Arrays.copyOf(sentNanos, 2 * oldLength);
    bytes = Arrays.copyOf(bytes, 2 * oldLength);
    // Every second lap of the old table lies in the new upper half.
    for (long s = next - oldLength; s < next; s++) {
      int from = (int) s & (oldLength - 1);
      int to = index(s);
      if (to != from) {
        sentNanos[to] = sentNanos[from];
        bytes[to] = bytes[from];
        bytes[from] = 0;
      }
    }
  }

  private int index(long sequence) {
    return (int) sequence & (bytes.length - 1);
  }

  /**
   * Takes what a feedback message says of one packet, in the message's order.
   *
   * @param sequence transport-wide, 16 bits
   * @param arrivalTicks in 250 µs, the receiver's 24-bit reference time included (so modulo 2^32); any value if not
   *     received
   */
  public void onFeedback(int sequence, boolean received, long arrivalTicks) {
    int behind = (int) (next - 1 - sequence) & 0xffff;
    long unwrapped = next - 1 - behind;
    if (behind >= bytes.length || unwrapped < 0) {
      unmatched++;
      return;
    }
    int index = index(unwrapped);
    int size = bytes[index];
    if (received) {
      if (size == 0) {
        return;
      }
      long ticks = unwrapTicks(arrivalTicks);
      bytes[index] = 0;
      arrived++;
      if (size < 0) {
        lost--;
      }
      listener.onResult(sentNanos[index], ticks * TransportFeedback.TICK_NANOS, Math.abs(size), size < 0);
    } else if (size > 0) {
      bytes[index] = -size;
      lost++;
      listener.onResult(sentNanos[index], LOST, size, false);
    }
  }

  /** The reference time has 24 bits of 64 ms, which is 2^32 ticks: it wraps after 12 days. */
  private long unwrapTicks(long ticks) {
    lastArrivalTicks = hasArrival ? lastArrivalTicks + (int) (ticks - lastArrivalTicks) : ticks & 0xffff_ffffL;
    hasArrival = true;
    return lastArrivalTicks;
  }

  /** Packets that feedback told as arrived. */
  public long arrived() {
    return arrived;
  }

  /** Packets that feedback told as lost and not as arrived since. */
  public long lost() {
    return lost;
  }

  /** Feedback about packets that were never sent, or so long ago that they are forgotten. */
  public long unmatched() {
    return unmatched;
  }
}
