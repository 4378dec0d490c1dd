package sfu.protocol.rtcp;

import static sfu.protocol.rtcp.TransportFeedback.LARGE_DELTA;
import static sfu.protocol.rtcp.TransportFeedback.LOST;
import static sfu.protocol.rtcp.TransportFeedback.ONE_BIT_SYMBOLS;
import static sfu.protocol.rtcp.TransportFeedback.SMALL_DELTA;
import static sfu.protocol.rtcp.TransportFeedback.TICKS_PER_REFERENCE;
import static sfu.protocol.rtcp.TransportFeedback.TWO_BIT_SYMBOLS;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;

/**
 * Writes {@link TransportFeedback}. Greedy: each chunk takes the form that covers the most packets from where the
 * last one ended, so a clean run costs two bytes and a byte a packet, whatever its length. Reused; confined to one
 * thread.
 */
public final class TransportFeedbackWriter {
  private static final long MAX_SMALL_DELTA = 0xff;
  private static final int UNREPRESENTABLE = -1;
  private static final int MAX_PACKET_COUNT = 0xffff;

  // The packets still to write: their arrivals, the range left of them, and the last arrival before it.
  private long[] arrivals;
  private int position;
  private int end;
  private long lastTicks;

  // What lies ahead of the position, and the chunk chosen for it.
  private int scanned;
  private int firstSymbol;
  private int runLength;
  private int oneBitVector;
  private int twoBitVector;
  private boolean oneBitPossible;
  private int chunk;
  private int chunkSymbols;

  /**
   * Appends one message about the packets {@code baseSequence} to {@code baseSequence + count - 1}.
   *
   * @param arrivalTicks arrivals in ticks of 250 µs, in order of sequence numbers from index {@code from}; negative
   *     means not received
   * @param count of which at most 65535 fit
   * @param feedbackCount counts the messages of a transport; its low 8 bits are sent
   * @return how many packets the message tells about: fewer than {@code count} when the room ends or two arrivals are
   *     more than 8 s apart (the rest needs another message); 0, and nothing written, when there is no room, or when
   *     none of the packets was received, for then there is no reference time
   */
  public int write(
      RtcpWriter writer,
      int senderSsrc,
      int mediaSsrc,
      int baseSequence,
      long[] arrivalTicks,
      int from,
      int count,
      int feedbackCount) {
    long first = firstArrival(arrivalTicks, from, from + count);
    if (first < 0) {
      return 0;
    }
    long reference = first / TICKS_PER_REFERENCE;
    MemorySegment segment = writer.segment();
    long start = writer.offset() + writer.length();
    int room = writer.remaining() & ~3;
    int chunksEnd = TransportFeedback.CHUNKS_OFFSET;
    int deltaBytes = 0;
    arrivals = arrivalTicks;
    position = from;
    end = from + Math.min(count, MAX_PACKET_COUNT);
    lastTicks = reference * TICKS_PER_REFERENCE;
    // Chunks go to their place at once; deltas follow when it is known where the chunks end.
    while (lookAhead(room - chunksEnd - TransportFeedback.CHUNK_LENGTH - deltaBytes)) {
      chooseChunk();
      BigEndian.put16(segment, start + chunksEnd, chunk);
      chunksEnd += TransportFeedback.CHUNK_LENGTH;
      deltaBytes += takeChunk();
    }
    int written = position - from;
    if (written == 0) {
      return 0;
    }
    int unpadded = chunksEnd + deltaBytes;
    int bytes = unpadded + 3 & ~3;
    writer.beginFeedback(Rtcp.TRANSPORT_LAYER_FEEDBACK, TransportFeedback.FORMAT, bytes, senderSsrc, mediaSsrc);
    BigEndian.put16(segment, start + TransportFeedback.BASE_SEQUENCE_FIELD_OFFSET, baseSequence);
    BigEndian.put16(segment, start + TransportFeedback.PACKET_COUNT_FIELD_OFFSET, written);
    BigEndian.put24(segment, start + TransportFeedback.REFERENCE_TIME_FIELD_OFFSET, (int) reference);
    BigEndian.put8(segment, start + TransportFeedback.FEEDBACK_COUNT_FIELD_OFFSET, feedbackCount);
    writeDeltas(segment, start + chunksEnd, from, reference * TICKS_PER_REFERENCE);
    for (int at = unpadded; at < bytes; at++) {
      BigEndian.put8(segment, start + at, 0);
    }
    return written;
  }

  private static long firstArrival(long[] arrivals, int from, int end) {
    for (int i = from; i < end; i++) {
      if (arrivals[i] >= 0) {
        return arrivals[i];
      }
    }
    return -1;
  }

  /**
   * Reads symbols from the position on, as far as a chunk could reach, and moves the end to the first packet whose
   * delta has no place in {@code room} bytes or in 16 bits. Returns false when nothing is left for a chunk.
   */
  private boolean lookAhead(int room) {
    scanned = 0;
    runLength = 0;
    oneBitVector = 0;
    twoBitVector = 0;
    oneBitPossible = true;
    long last = lastTicks;
    int bytesLeft = room;
    boolean running = true;
    while (position + scanned < end && (scanned < ONE_BIT_SYMBOLS || running)) {
      long arrival = arrivals[position + scanned];
      int symbol = symbol(arrival, last);
      bytesLeft -= symbol;
      if (symbol == UNREPRESENTABLE || bytesLeft < 0) {
        end = position + scanned;
        break;
      }
      if (arrival >= 0) {
        last = arrival;
      }
      addSymbol(symbol);
      running = runLength == scanned && runLength < TransportFeedback.MAX_RUN_LENGTH;
    }
    return scanned > 0;
  }

  private void addSymbol(int symbol) {
    if (scanned == 0) {
      firstSymbol = symbol;
    }
    if (symbol == firstSymbol && runLength == scanned) {
      runLength++;
    }
    if (scanned < ONE_BIT_SYMBOLS) {
      oneBitPossible &= symbol != LARGE_DELTA;
      oneBitVector |= symbol << ONE_BIT_SYMBOLS - 1 - scanned;
    }
    if (scanned < TWO_BIT_SYMBOLS) {
      twoBitVector |= symbol << 2 * (TWO_BIT_SYMBOLS - 1 - scanned);
    }
    scanned++;
  }

  /** A symbol's number is also the length of its delta in bytes. */
  private static int symbol(long arrival, long last) {
    if (arrival < 0) {
      return LOST;
    }
    long delta = arrival - last;
    if (delta >= 0 && delta <= MAX_SMALL_DELTA) {
      return SMALL_DELTA;
    }
    return delta == (short) delta ? LARGE_DELTA : UNREPRESENTABLE;
  }

  private void chooseChunk() {
    int oneBitCover = oneBitPossible ? Math.min(scanned, ONE_BIT_SYMBOLS) : 0;
    int twoBitCover = Math.min(scanned, TWO_BIT_SYMBOLS);
    if (runLength >= Math.max(oneBitCover, twoBitCover)) {
      chunk = firstSymbol << TransportFeedback.RUN_SYMBOL_SHIFT | runLength;
      chunkSymbols = runLength;
    } else if (oneBitCover >= twoBitCover) {
      chunk = TransportFeedback.VECTOR_FLAG | oneBitVector;
      chunkSymbols = oneBitCover;
    } else {
      chunk = TransportFeedback.VECTOR_FLAG | TransportFeedback.TWO_BIT_FLAG | twoBitVector;
      chunkSymbols = twoBitCover;
    }
  }

  /** Moves the position behind the chosen chunk. Returns how many bytes of deltas it needs. */
  private int takeChunk() {
    int bytes = 0;
    for (int i = 0; i < chunkSymbols; i++) {
      long arrival = arrivals[position + i];
      bytes += symbol(arrival, lastTicks);
      if (arrival >= 0) {
        lastTicks = arrival;
      }
    }
    position += chunkSymbols;
    return bytes;
  }

  private void writeDeltas(MemorySegment segment, long start, int from, long referenceTicks) {
    long at = start;
    long last = referenceTicks;
    for (int i = from; i < position; i++) {
      long arrival = arrivals[i];
      int symbol = symbol(arrival, last);
      int delta = (int) (arrival - last);
      if (symbol == SMALL_DELTA) {
        BigEndian.put8(segment, at, delta);
      } else if (symbol == LARGE_DELTA) {
        BigEndian.put16(segment, at, delta);
      }
      at += symbol;
      if (arrival >= 0) {
        last = arrival;
      }
    }
  }
}
