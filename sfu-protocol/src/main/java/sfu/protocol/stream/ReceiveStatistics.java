package sfu.protocol.stream;

import java.util.Arrays;
import sfu.protocol.rtp.SequenceNumbers;

/**
 * What the receiver of one RTP stream (one SSRC) knows of its quality: sequence validation, loss and jitter as RFC 3550
 * defines them (appendices A.1, A.3 and A.8), for the report blocks it sends.
 *
 * <p>Only packets of the stream itself are given to {@link #onPacket}; what came over RTX is told with {@link
 * #onRecovered}, because a report describes the network, not the repair (RFC 4588, 4). Single-threaded.
 */
public final class ReceiveStatistics {

  /** What a packet's sequence number says about it. */
  public enum Arrival {
    /** The newest so far; the ones between it and the one before may be missing. */
    NEWEST,
    /** Older than the newest, and not seen before. */
    LATE,
    /** Seen before: to be dropped. */
    DUPLICATE,
    /** Far from what was expected: to be dropped, unless its successor shows that the sender started anew. */
    SUSPECT,
    /** The second packet in order after a far jump: the sender started anew, and so do these statistics. */
    RESTARTED
  }

  /** A longer gap is taken for a restart (RFC 3550, A.1). */
  private static final int MAX_DROPOUT = 3000;

  /**
   * How far back a packet is still told from a duplicate. RFC 3550 gives up at 100 packets, which is less than a
   * quarter of a second of a high-definition camera.
   */
  private static final int WINDOW = 1024;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final int MAX_CUMULATIVE_LOST = 0x7f_ffff;
  private static final int MIN_CUMULATIVE_LOST = -0x80_0000;
  private static final int NO_SUSPECT = -1;

  private final int clockRateHz;
  private final long[] seen = new long[WINDOW / Long.SIZE];

  private boolean started;
  private long baseSequence;
  private long highestSequence;
  private int expectedAfterSuspect = NO_SUSPECT;
  private long receivedSinceBase;

  private boolean hasTransit;
  private int lastTransit;
  private long jitterTimes16;

  private long expectedPrior;
  private long receivedPrior;
  private int fractionLost;
  private int cumulativeLost;

  private long packets;
  private long bytes;
  private long duplicates;
  private long recovered;
  private long restarts;

  /**
   * @param clockRateHz the RTP clock of the stream's codec, above zero
   */
  public ReceiveStatistics(int clockRateHz) {
    if (clockRateHz <= 0) {
      throw new IllegalArgumentException("clock rate " + clockRateHz + " Hz");
    }
    this.clockRateHz = clockRateHz;
  }

  /**
   * Accounts for a packet.
   *
   * @param sequence 16 bits
   * @param lengthBytes the whole RTP packet
   */
  public Arrival onPacket(int sequence, int rtpTimestamp, int lengthBytes, long nowNanos) {
    Arrival arrival = started ? validate(sequence) : restartAt(sequence, Arrival.NEWEST);
    if (arrival == Arrival.SUSPECT) {
      return arrival;
    }
    packets++;
    bytes += lengthBytes;
    receivedSinceBase++;
    if (arrival == Arrival.DUPLICATE) {
      duplicates++;
    } else {
      updateJitter(rtpTimestamp, nowNanos);
    }
    return arrival;
  }

  /**
   * Notes that a packet of this stream came by retransmission, without counting it as received.
   *
   * @param sequence the original sequence number, 16 bits
   * @return false if the packet is to be dropped: it was here before, is from before the window, or newer than the
   *     newest of the stream itself
   */
  public boolean onRecovered(int sequence) {
    if (!started) {
      return false;
    }
    int delta = SequenceNumbers.diff16(sequence, (int) highestSequence);
    // Senders probe with copies of packets that were never missing, and such a copy may overtake its original. Taking
    // both would forward a sequence number twice; the original comes in a moment, or is asked for.
    if (delta > 0 || delta <= -WINDOW || !markSeen(highestSequence + delta)) {
      return false;
    }
    recovered++;
    return true;
  }

  private Arrival validate(int sequence) {
    int delta = SequenceNumbers.diff16(sequence, (int) highestSequence);
    if (delta > 0 && delta < MAX_DROPOUT) {
      advanceTo(highestSequence + delta);
      expectedAfterSuspect = NO_SUSPECT;
      return Arrival.NEWEST;
    }
    if (delta <= 0 && delta > -WINDOW) {
      return markSeen(highestSequence + delta) ? Arrival.LATE : Arrival.DUPLICATE;
    }
    if (sequence == expectedAfterSuspect) {
      restarts++;
      return restartAt(sequence, Arrival.RESTARTED);
    }
    expectedAfterSuspect = (sequence + 1) & 0xffff;
    return Arrival.SUSPECT;
  }

  private Arrival restartAt(int sequence, Arrival arrival) {
    started = true;
    baseSequence = sequence;
    highestSequence = sequence;
    expectedAfterSuspect = NO_SUSPECT;
    receivedSinceBase = 0;
    expectedPrior = 0;
    receivedPrior = 0;
    hasTransit = false;
    jitterTimes16 = 0;
    Arrays.fill(seen, 0);
    markSeen(sequence);
    return arrival;
  }

  private void advanceTo(long sequence) {
    if (sequence - highestSequence >= WINDOW) {
      Arrays.fill(seen, 0);
    } else {
      for (long s = highestSequence + 1; s < sequence; s++) {
        seen[word(s)] &= ~(1L << s);
      }
      seen[word(sequence)] &= ~(1L << sequence);
    }
    highestSequence = sequence;
    markSeen(sequence);
  }

  /** True if it was not marked before. */
  private boolean markSeen(long sequence) {
    int word = word(sequence);
    long bit = 1L << sequence;
    boolean fresh = (seen[word] & bit) == 0;
    seen[word] |= bit;
    return fresh;
  }

  private static int word(long sequence) {
    return (int) (sequence & (WINDOW - 1)) / Long.SIZE;
  }

  /** RFC 3550, A.8. */
  private void updateJitter(int rtpTimestamp, long nowNanos) {
    long seconds = Math.floorDiv(nowNanos, NANOS_PER_SECOND);
    long nanos = nowNanos - seconds * NANOS_PER_SECOND;
    int arrival = (int) (seconds * clockRateHz + nanos * clockRateHz / NANOS_PER_SECOND);
    int transit = arrival - rtpTimestamp;
    long difference = Math.abs((long) (transit - lastTransit));
    lastTransit = transit;
    // A camera that was off or a track that was replaced moves the timestamps by seconds: that is not the network.
    if (!hasTransit || difference > 5L * clockRateHz) {
      hasTransit = true;
      return;
    }
    jitterTimes16 += difference - ((jitterTimes16 + 8) >> 4);
  }

  /**
   * Closes the interval since the last report and computes what a report block says of it.
   *
   * @return false if nothing was received in it, and so nothing is to be reported (RFC 3550, 6.4)
   */
  public boolean prepareReport() {
    if (!started || receivedSinceBase == receivedPrior) {
      return false;
    }
    long expected = highestSequence - baseSequence + 1;
    long expectedInterval = expected - expectedPrior;
    long lostInterval = expectedInterval - (receivedSinceBase - receivedPrior);
    expectedPrior = expected;
    receivedPrior = receivedSinceBase;
    boolean lossy = expectedInterval > 0 && lostInterval > 0;
    fractionLost = lossy ? (int) Math.min(255, (lostInterval << 8) / expectedInterval) : 0;
    cumulativeLost = (int) Math.clamp(expected - receivedSinceBase, MIN_CUMULATIVE_LOST, MAX_CUMULATIVE_LOST);
    return true;
  }

  /** Lost in the interval that {@link #prepareReport} closed, in 1/256, 0 to 255. */
  public int fractionLost() {
    return fractionLost;
  }

  /**
   * Lost since the first packet, as of the last {@link #prepareReport}: 24 bits signed, less than zero with duplicates.
   */
  public int cumulativeLost() {
    return cumulativeLost;
  }

  /** Cycles in the upper, the highest sequence number in the lower 16 bits (RFC 3550, 6.4.1). */
  public int extendedHighestSequence() {
    return (int) highestSequence;
  }

  /** Smoothed inter-arrival jitter, in RTP clock units (RFC 3550, 6.4.1). */
  public int jitter() {
    return (int) Math.min(Integer.MAX_VALUE, jitterTimes16 >> 4);
  }

  /** Packets of the stream itself since it was opened, with duplicates, without retransmissions. */
  public long packets() {
    return packets;
  }

  /** Bytes of {@link #packets}. */
  public long bytes() {
    return bytes;
  }

  public long duplicates() {
    return duplicates;
  }

  /** Missing packets that a retransmission brought. */
  public long recovered() {
    return recovered;
  }

  /** How often the sender's sequence numbers started anew. */
  public long restarts() {
    return restarts;
  }
}
