package sfu.protocol.stream;

import sfu.protocol.rtcp.TransportFeedback;
import sfu.protocol.rtp.SequenceNumbers;

/**
 * Collects when packets arrived, by transport-wide sequence number, and says when the next feedback message is due and
 * what it holds (draft-holmer-rmcat-transport-wide-cc-extensions-01).
 *
 * <p>A message is made with {@link #prepare}, read from {@link #baseSequence}, {@link #arrivalTicks}, {@link #count}
 * and {@link #feedbackCount}, and closed with {@link #reported}. Single-threaded; allocates nothing but for the
 * arrival table, which grows to at most {@value #MAX_SPAN} entries.
 */
public final class TransportWideReceiver {

  /** In {@link #arrivalTicks}: did not arrive (yet). */
  public static final long LOST = -1;

  /** The most packets that one message covers; a backlog takes several. */
  public static final int MAX_PACKETS_PER_MESSAGE = 512;

  static final int MAX_SPAN = 8192;

  /** A packet that was reported lost and comes after all reopens the report from there, if it isn't older than this. */
  private static final int MAX_REWIND = 250;

  private static final int MIN_SPAN = 512;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final long MIN_INTERVAL_NANOS = 50_000_000;
  /** A sender that begins at a low rate learns of more bandwidth only as fast as this. */
  private static final long MAX_INTERVAL_NANOS = 100_000_000;

  /** IPv4 or IPv6, UDP, SRTCP and a message of usual size: what 5 % of the media's bit rate is spent on. */
  private static final int MESSAGE_BITS = 68 * 8;

  private static final int SHARE_OF_BITRATE = 20;

  /** So many new packets are not kept waiting for the interval to end. */
  private static final int ENOUGH_PACKETS = 100;

  private static final long NEVER = Long.MIN_VALUE;

  private final BitrateMeter bitrate = new BitrateMeter();
  private final long[] ticks = new long[MAX_PACKETS_PER_MESSAGE];
  private long[] arrivals = new long[MIN_SPAN];

  private boolean started;
  private long originNanos;
  /** The arrival table holds what lies between these, both included; unwrapped sequence numbers. */
  private long oldest;

  private long highest;
  private long nextToReport;
  private int unreported;
  private long lastReportNanos;
  private long intervalNanos = MIN_INTERVAL_NANOS;
  private int count;
  private int feedbackCount;

  private long received;
  private long duplicates;
  private long tooLate;

  /**
   * Takes note of a packet.
   *
   * @param sequence transport-wide, 16 bits
   * @param lengthBytes of the packet, for the pace of the feedback
   */
  public void onPacket(int sequence, int lengthBytes, long arrivalNanos) {
    bitrate.add(lengthBytes, arrivalNanos);
    if (!started) {
      started = true;
      originNanos = arrivalNanos;
      lastReportNanos = arrivalNanos;
      restartAt(sequence);
    }
    int delta = SequenceNumbers.diff16(sequence, (int) highest);
    long unwrapped = highest + delta;
    if (delta >= MAX_SPAN || delta <= -MAX_SPAN) {
      restartAt(unwrapped);
    } else if (delta > 0) {
      advanceTo(unwrapped);
    } else if (unwrapped < Math.max(oldest, nextToReport - MAX_REWIND)) {
      // The very first packets may be swapped: what comes before them is as good as what comes after.
      if (feedbackCount > 0 || highest - unwrapped >= MIN_SPAN) {
        tooLate++;
        return;
      }
      extendBackTo(unwrapped);
    }
    int index = index(unwrapped);
    if (arrivals[index] != NEVER) {
      duplicates++;
      return;
    }
    arrivals[index] = arrivalNanos;
    received++;
    unreported++;
    nextToReport = Math.min(nextToReport, unwrapped);
  }

  private void restartAt(long sequence) {
    oldest = sequence;
    highest = sequence;
    nextToReport = sequence;
    unreported = 0;
    arrivals[index(sequence)] = NEVER;
  }

  private void advanceTo(long sequence) {
    if (sequence - oldest >= arrivals.length && arrivals.length < MAX_SPAN) {
      makeRoomFor(sequence);
    }
    for (long s = highest + 1; s <= sequence; s++) {
      arrivals[index(s)] = NEVER;
    }
    highest = sequence;
    oldest = Math.max(oldest, sequence - arrivals.length + 1);
    nextToReport = Math.max(nextToReport, oldest);
  }

  private void extendBackTo(long sequence) {
    for (long s = sequence; s < oldest; s++) {
      arrivals[index(s)] = NEVER;
    }
    oldest = sequence;
  }

  /** Grows for what is unreported, not for the past. */
  private void makeRoomFor(long sequence) {
    oldest = Math.max(oldest, nextToReport - MAX_REWIND);
    long needed = sequence - oldest + 1;
    if (needed <= arrivals.length) {
      return;
    }
    int capacity = (int) Math.min(MAX_SPAN, Long.highestOneBit(needed - 1) << 1);
    long[] grown = new long[capacity];
    for (long s = oldest; s <= highest; s++) {
      grown[(int) s & (capacity - 1)] = arrivals[index(s)];
    }
    arrivals = grown;
  }

  private int index(long sequence) {
    return (int) sequence & (arrivals.length - 1);
  }

  /** Whether a feedback message should be sent now. */
  public boolean due(long nowNanos) {
    return unreported >= ENOUGH_PACKETS || nowNanos >= nextDeadlineNanos();
  }

  /** When the next message is due, {@link Long#MAX_VALUE} if nothing new has arrived. */
  public long nextDeadlineNanos() {
    return unreported == 0 ? Long.MAX_VALUE : lastReportNanos + intervalNanos;
  }

  /**
   * Sets up a message about the packets from the first that is not reported.
   *
   * @return how many packets it covers, the last of them one that arrived; 0 if there is nothing new
   */
  public int prepare() {
    count = 0;
    if (unreported == 0) {
      return 0;
    }
    long firstArrived = nextToReport;
    while (arrivals[index(firstArrived)] == NEVER) {
      firstArrived++;
    }
    // A message without a single arrival says nothing about when: of a longer loss, only its end is reported.
    nextToReport = Math.max(nextToReport, firstArrived - MAX_PACKETS_PER_MESSAGE + 1);
    long end = Math.min(highest + 1, nextToReport + MAX_PACKETS_PER_MESSAGE);
    while (arrivals[index(end - 1)] == NEVER) {
      end--;
    }
    for (long s = nextToReport; s < end; s++) {
      long arrivalNanos = arrivals[index(s)];
      long sinceOrigin = Math.max(0, arrivalNanos - originNanos);
      ticks[count++] = arrivalNanos == NEVER ? LOST : sinceOrigin / TransportFeedback.TICK_NANOS;
    }
    return count;
  }

  /**
   * Closes the message that was prepared.
   *
   * @param packets how many of its packets the writer had room for, from the first; the others go into the next one
   */
  public void reported(int packets, long nowNanos) {
    if (packets <= 0 || packets > count) {
      throw new IllegalArgumentException(packets + " packets reported of " + count);
    }
    nextToReport += packets;
    unreported = 0;
    for (long s = nextToReport; s <= highest; s++) {
      unreported += arrivals[index(s)] == NEVER ? 0 : 1;
    }
    count = 0;
    feedbackCount++;
    lastReportNanos = nowNanos;
    intervalNanos = intervalFor(bitrate.bitrateBps(nowNanos));
  }

  /** So long that the feedback takes a twentieth of the bit rate that it is about, within bounds. */
  private static long intervalFor(long bitrateBps) {
    long nanos = MESSAGE_BITS * SHARE_OF_BITRATE * NANOS_PER_SECOND / Math.max(1, bitrateBps);
    return Math.clamp(nanos, MIN_INTERVAL_NANOS, MAX_INTERVAL_NANOS);
  }

  /** The 16-bit transport-wide sequence number of the first packet of the message. */
  public int baseSequence() {
    return (int) nextToReport & 0xffff;
  }

  /**
   * Arrival times in 250 µs from an origin of this object's own, or {@link #LOST}; the first {@link #count} entries.
   */
  public long[] arrivalTicks() {
    return ticks;
  }

  /** How many packets the prepared message covers. */
  public int count() {
    return count;
  }

  /** The 8-bit number of the prepared message. */
  public int feedbackCount() {
    return feedbackCount & 0xff;
  }

  /** Distinct packets noted. */
  public long received() {
    return received;
  }

  public long duplicates() {
    return duplicates;
  }

  /** Packets that came so late that no feedback tells of them. */
  public long tooLate() {
    return tooLate;
  }
}
