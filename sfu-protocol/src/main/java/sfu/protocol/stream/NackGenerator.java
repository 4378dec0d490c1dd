package sfu.protocol.stream;

import java.util.Arrays;
import sfu.protocol.rtp.SequenceNumbers;

/**
 * Decides which missing packets of one received stream to ask for again, and when (generic NACK, RFC 4585, 6.2.1).
 *
 * <p>A gap is asked for after a short wait, since reordering heals by itself; then again every round trip, up to
 * {@value #MAX_TRIES} times. What can't be had any more (too many, too old, too often asked) is given up, and {@link
 * #needsKeyFrame} holds until a key frame makes it irrelevant. Single-threaded; no allocation but for the table of
 * missing packets, which grows with the longest burst seen up to {@value #MAX_MISSING} entries.
 */
public final class NackGenerator {

  static final int MAX_MISSING = 1000;
  static final int MAX_SPAN = 10_000;
  static final int MAX_TRIES = 10;

  /**
   * The wait before a gap is asked for. Browsers pace in bursts of at most 5 to 10 ms, within which networks swap
   * packets; a repair that starts 10 ms later still ends well within a jitter buffer.
   */
  private static final long MIN_REORDER_WAIT_NANOS = 10_000_000;

  private static final long MAX_REORDER_WAIT_NANOS = 60_000_000;
  private static final long REORDER_DECAY_NANOS = 5_000_000_000L;
  private static final long MIN_RESEND_NANOS = 20_000_000;
  private static final long UNKNOWN_RTT_NANOS = 100_000_000;
  private static final long MAX_ANSWER_NANOS = 1_000_000_000;

  /**
   * After so long a silence a long gap is an outage, and senders keep about as much to retransmit: it isn't asked for.
   */
  private static final long OUTAGE_NANOS = 1_000_000_000;

  private static final int OUTAGE_GAP = 50;

  /**
   * Each packet that arrives pays for asking for one, and so many may be saved up: a link that is too narrow would be
   * filled with repairs of what it lost, which it loses in turn.
   */
  private static final int MAX_BUDGET = 300;

  private static final long NONE = Long.MIN_VALUE;

  /**
   * Unwrapped sequence numbers, ascending, with the time they were missed (no try yet) or last asked for, and tries.
   */
  private long[] missing = new long[32];

  private long[] sinceNanos = new long[32];
  private byte[] tries = new byte[32];
  private int size;

  private boolean started;
  private long highest;
  private long highestNanos;
  private long latestKeyFrame = NONE;
  /** The newest sequence number whose loss only a later key frame repairs. */
  private long broken = NONE;

  private long reorderWaitNanos = MIN_REORDER_WAIT_NANOS;
  private long reorderSeenNanos;
  private long rttNanos;
  private long answerNanos;
  private int budget = MAX_BUDGET;
  private long nextDeadlineNanos = Long.MAX_VALUE;

  private long nacked;
  private long recovered;
  private long reordered;
  private long abandoned;

  /**
   * Takes note of a packet that arrived.
   *
   * @param sequence 16 bits, the original one if the packet came by RTX
   * @param keyFrame whether it is the first packet of a key frame
   * @return true if it was known to be missing
   */
  public boolean onPacket(int sequence, boolean keyFrame, boolean recoveredByRtx, long nowNanos) {
    budget = Math.min(MAX_BUDGET, budget + 1);
    if (!started) {
      started = true;
      highest = sequence;
      highestNanos = nowNanos;
      reorderSeenNanos = nowNanos;
      noteKeyFrame(keyFrame, highest);
      return false;
    }
    int delta = SequenceNumbers.diff16(sequence, (int) highest);
    if (delta > 0) {
      long unwrapped = highest + delta;
      if (delta > 1) {
        addGap(unwrapped, nowNanos);
      }
      highest = unwrapped;
      highestNanos = nowNanos;
      noteKeyFrame(keyFrame, unwrapped);
      return false;
    }
    if (delta < -MAX_SPAN) {
      long unwrapped = highest + delta;
      abandonAll(unwrapped - 1);
      latestKeyFrame = NONE;
      highest = unwrapped;
      highestNanos = nowNanos;
      noteKeyFrame(keyFrame, unwrapped);
      return false;
    }
    noteKeyFrame(keyFrame, highest + delta);
    int index = Arrays.binarySearch(missing, 0, size, highest + delta);
    if (index < 0) {
      return false;
    }
    onFound(index, recoveredByRtx, nowNanos);
    return true;
  }

  private void onFound(int index, boolean recoveredByRtx, long nowNanos) {
    long waitedNanos = nowNanos - sinceNanos[index];
    boolean asked = tries[index] > 0;
    // An answer takes a round trip: what comes much sooner after the NACK was merely late, and the wait too short.
    if (!recoveredByRtx && (!asked || waitedNanos < expectedAnswerNanos() / 2)) {
      reordered++;
      long lateNanos = asked ? waitedNanos + reorderWaitNanos : waitedNanos;
      reorderWaitNanos = Math.clamp(lateNanos + lateNanos / 4, reorderWaitNanos, MAX_REORDER_WAIT_NANOS);
      reorderSeenNanos = nowNanos;
    } else {
      recovered++;
      if (recoveredByRtx) {
        learnAnswerTime(tries[index], waitedNanos);
      }
    }
    remove(index, index + 1);
  }

  /** What the answers take tells more than the round trip: they queue behind the media when a link is full. */
  private void learnAnswerTime(int timesAsked, long waitedNanos) {
    if (timesAsked == 1) {
      answerNanos = answerNanos == 0 ? waitedNanos : answerNanos + (waitedNanos - answerNanos) / 8;
    } else if (timesAsked > 1 && waitedNanos < expectedAnswerNanos() / 2) {
      // Too soon to answer the last time: it answers an earlier one, and asking again was rash.
      answerNanos = Math.min(MAX_ANSWER_NANOS, expectedAnswerNanos() * 3 / 2);
    }
  }

  private long expectedAnswerNanos() {
    long knownNanos = Math.max(rttNanos, answerNanos);
    return knownNanos > 0 ? knownNanos : UNKNOWN_RTT_NANOS;
  }

  private void addGap(long next, long nowNanos) {
    int count = (int) (next - highest - 1);
    if (count > MAX_MISSING || (count > OUTAGE_GAP && nowNanos - highestNanos >= OUTAGE_NANOS)) {
      abandonAll(next - 1);
      abandoned += count;
      return;
    }
    abandonBefore(next - MAX_SPAN);
    if (size + count > MAX_MISSING && latestKeyFrame != NONE) {
      abandonBefore(latestKeyFrame);
    }
    if (size + count > MAX_MISSING) {
      abandonAll(next - 1);
      abandoned += count;
      return;
    }
    if (nowNanos - reorderSeenNanos >= REORDER_DECAY_NANOS) {
      reorderWaitNanos = Math.max(MIN_REORDER_WAIT_NANOS, reorderWaitNanos / 2);
      reorderSeenNanos = nowNanos;
    }
    ensureCapacity(size + count);
    for (long sequence = highest + 1; sequence < next; sequence++) {
      missing[size] = sequence;
      sinceNanos[size] = nowNanos;
      tries[size] = 0;
      size++;
    }
    nextDeadlineNanos = Math.min(nextDeadlineNanos, nowNanos + reorderWaitNanos);
  }

  /**
   * Says which packets to ask for now; each is then taken as asked for.
   *
   * @param rttNanos round-trip time to the sender, 0 or less while unknown
   * @param outSequences receives 16-bit sequence numbers in the stream's order; what doesn't fit is due at once again
   * @return how many were written
   */
  public int poll(long nowNanos, long rttNanos, int[] outSequences) {
    this.rttNanos = rttNanos;
    if (nowNanos < nextDeadlineNanos) {
      return 0;
    }
    long resendNanos = resendNanos();
    long deadline = Long.MAX_VALUE;
    int written = 0;
    int kept = 0;
    for (int i = 0; i < size; i++) {
      long dueNanos = sinceNanos[i] + (tries[i] == 0 ? reorderWaitNanos : resendNanos);
      if (dueNanos <= nowNanos) {
        if (tries[i] == MAX_TRIES) {
          abandon(missing[i]);
          continue;
        }
        if (budget == 0) {
          dueNanos = nowNanos + MIN_RESEND_NANOS;
        } else if (written < outSequences.length) {
          budget--;
          outSequences[written++] = (int) missing[i] & 0xffff;
          tries[i]++;
          sinceNanos[i] = nowNanos;
          dueNanos = nowNanos + resendNanos;
        }
      }
      deadline = Math.min(deadline, dueNanos);
      missing[kept] = missing[i];
      sinceNanos[kept] = sinceNanos[i];
      tries[kept] = tries[i];
      kept++;
    }
    size = kept;
    nextDeadlineNanos = deadline;
    nacked += written;
    return written;
  }

  /** A quarter above what an answer takes: asking just before it arrives would double every retransmission. */
  private long resendNanos() {
    return Math.max(MIN_RESEND_NANOS, expectedAnswerNanos() * 5 / 4);
  }

  /** When {@link #poll} has something to say next, {@link Long#MAX_VALUE} if nothing is missing. */
  public long nextDeadlineNanos() {
    return nextDeadlineNanos;
  }

  /** Whether packets were given up that no key frame has made irrelevant yet. Stays until one arrives. */
  public boolean needsKeyFrame() {
    return broken != NONE;
  }

  /** Forgets the stream: the next packet is the first. For a producer that was paused, or numbers its packets anew. */
  public void reset() {
    started = false;
    size = 0;
    latestKeyFrame = NONE;
    broken = NONE;
    nextDeadlineNanos = Long.MAX_VALUE;
  }

  private void noteKeyFrame(boolean keyFrame, long sequence) {
    if (!keyFrame) {
      return;
    }
    latestKeyFrame = Math.max(latestKeyFrame, sequence);
    if (sequence > broken) {
      broken = NONE;
    }
  }

  private void abandon(long sequence) {
    abandoned++;
    if (sequence >= latestKeyFrame) {
      broken = Math.max(broken, sequence);
    }
  }

  private void abandonBefore(long sequence) {
    int count = 0;
    while (count < size && missing[count] < sequence) {
      abandon(missing[count++]);
    }
    remove(0, count);
  }

  private void abandonAll(long brokenUpTo) {
    abandoned += size;
    size = 0;
    broken = brokenUpTo;
    nextDeadlineNanos = Long.MAX_VALUE;
  }

  private void remove(int from, int to) {
    if (from == to) {
      return;
    }
    System.arraycopy(missing, to, missing, from, size - to);
    System.arraycopy(sinceNanos, to, sinceNanos, from, size - to);
    System.arraycopy(tries, to, tries, from, size - to);
    size -= to - from;
    if (size == 0) {
      nextDeadlineNanos = Long.MAX_VALUE;
    }
  }

  private void ensureCapacity(int needed) {
    if (needed > missing.length) {
      int capacity = Math.min(MAX_MISSING, Integer.highestOneBit(needed - 1) << 1);
      missing = Arrays.copyOf(missing, capacity);
      sinceNanos = Arrays.copyOf(sinceNanos, capacity);
      tries = Arrays.copyOf(tries, capacity);
    }
  }

  /** How many packets are missing and not given up, at most {@value #MAX_MISSING}. */
  public int missing() {
    return size;
  }

  /** Sequence numbers asked for, repetitions included. */
  public long nacked() {
    return nacked;
  }

  /** Missing packets that came after they were asked for. */
  public long recovered() {
    return recovered;
  }

  /** Missing packets that came by themselves. */
  public long reordered() {
    return reordered;
  }

  /** Missing packets that were given up. */
  public long abandoned() {
    return abandoned;
  }
}
