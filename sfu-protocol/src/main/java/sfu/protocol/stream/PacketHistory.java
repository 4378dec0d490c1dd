package sfu.protocol.stream;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The one copy of a received stream's packets: written once where the cipher puts them, read by every viewer's
 * forwarding and retransmission until younger packets take their place. Off-heap. Single-threaded: the thread that
 * makes it is the only one that may use and close it.
 *
 * <p>A packet is written in three steps: {@link #reserve}, write at that offset of {@link #segment()}, {@link #commit}.
 * What was reserved and not committed is simply used again.
 *
 * <p><b>How long an offset holds.</b> Packets are forwarded after a batch was received, not one by one. So a packet
 * that was committed since the last {@link #endBatch} is never overwritten, and its (segment, offset) pair stays
 * readable until the next {@code endBatch}, also when the ring grows in between: growing copies, and the old ring is
 * freed only then. A packet that {@link #find} returned is good until the next {@code reserve}.
 *
 * <p><b>Positions.</b> A packet has a virtual position that only ever rises; its place in a ring of power-of-two
 * capacity is the remainder. A packet that doesn't cross a multiple of one capacity doesn't cross one of the doubled,
 * so that a position stays right when the ring grows: that is one copy and leaves the index valid. A packet is still
 * there exactly while nothing was written more than a capacity further: eviction costs nothing.
 */
public final class PacketHistory implements AutoCloseable {

  /** What {@link #find} found. Reused by its owner; valid as long as the history says. */
  public static final class Found {
    private MemorySegment segment = MemorySegment.NULL;
    private long offset;
    private int length;
    private long committedNanos;

    public MemorySegment segment() {
      return segment;
    }

    public long offset() {
      return offset;
    }

    /** In bytes. */
    public int length() {
      return length;
    }

    public long committedNanos() {
      return committedNanos;
    }
  }

  /** {@link #reserve}: no room before {@link #endBatch}, or ever. */
  public static final long NO_ROOM = -1;

  private static final long DEFAULT_DEPTH_NANOS = 1_000_000_000L;
  private static final int ALIGNMENT = 16;

  /** One index entry for so many bytes of the ring: streams of smaller packets than this are slow ones. */
  private static final int BYTES_PER_ENTRY = 256;

  private static final int ABSENT = -1;

  private final int minCapacity;
  private final int maxCapacity;
  private final long depthNanos;
  private boolean wanted = true;

  private Arena arena;
  private MemorySegment ring;
  private int capacity;

  /** Rings that were outgrown in this batch; one can double at most 31 times. */
  private final Arena[] outgrown = new Arena[Integer.SIZE];

  private int outgrownCount;

  /** Position after the last committed packet. */
  private long head;

  /** Position after the last byte that may have been written, by a reservation without commit too. */
  private long writtenEnd;

  /** What lies before was overwritten before the ring grew. */
  private long lostBefore;

  /** Packets from here on belong to the batch. */
  private long batchStart;

  private long reserved = NO_ROOM;
  private int reservedLength;

  private long lapStart;
  private long lapStartNanos;
  private long lapEnd;
  private long newestNanos;
  private boolean empty = true;

  /** The index: at (sequence number modulo its size) the last packet committed there. */
  private int[] sequences;

  private long[] positions;
  private int[] lengths;
  private long[] committedNanos;

  /** Keeps about a second of a stream, in 16 KB to 1 MB. */
  public PacketHistory() {
    this(16 << 10, 1 << 20, DEFAULT_DEPTH_NANOS);
  }

  /**
   * @param minCapacityBytes to begin with, a power of two of at least 4096; no packet may be longer
   * @param maxCapacityBytes a power of two; the ring never takes more
   * @param depthNanos the ring grows while it keeps less than this, and finds nothing that is older
   */
  public PacketHistory(int minCapacityBytes, int maxCapacityBytes, long depthNanos) {
    if (Integer.bitCount(minCapacityBytes) != 1 || minCapacityBytes < 4096) {
      throw new IllegalArgumentException("smallest capacity " + minCapacityBytes);
    }
    if (Integer.bitCount(maxCapacityBytes) != 1 || maxCapacityBytes < minCapacityBytes) {
      throw new IllegalArgumentException("largest capacity " + maxCapacityBytes);
    }
    this.minCapacity = minCapacityBytes;
    this.maxCapacity = maxCapacityBytes;
    this.depthNanos = depthNanos;
    capacity = minCapacityBytes;
    lapEnd = capacity;
    arena = Arena.ofConfined();
    ring = arena.allocate(capacity, ALIGNMENT);
    makeIndex(capacity / BYTES_PER_ENTRY);
  }

  /** The ring that the last {@link #reserve} gave an offset in. */
  public MemorySegment segment() {
    return ring;
  }

  /**
   * Makes room for a packet.
   *
   * @param maxLengthBytes how long it may become, above zero
   * @return the offset in {@link #segment()}, which may be another segment than before; {@link #NO_ROOM} if the
   *     packets of this batch fill the largest ring (then forward them, end the batch and try again), if the packet is
   *     longer than the smallest, or after {@link #close}
   */
  public long reserve(int maxLengthBytes) {
    reserved = NO_ROOM;
    if (arena == null || maxLengthBytes <= 0 || maxLengthBytes > minCapacity) {
      return NO_ROOM;
    }
    long position = head;
    if (capacity - (position & (capacity - 1)) < maxLengthBytes) {
      position = (position + capacity) & -capacity;
    }
    long end = position + maxLengthBytes;
    int needed = capacity;
    while (end - needed > batchStart && needed < maxCapacity) {
      needed <<= 1;
    }
    if (end - needed > batchStart) {
      return NO_ROOM;
    }
    if (position >= lapEnd) {
      // One doubling a lap: a key frame is a burst, and its rate says nothing about the next second's.
      if (wanted && needed == capacity && capacity < maxCapacity && keptNanos(position) < depthNanos) {
        needed <<= 1;
      }
      lapStart = position;
      lapStartNanos = newestNanos;
      lapEnd = (position + capacity) & -capacity;
    }
    if (needed > capacity) {
      growTo(needed);
      lapEnd = (position + capacity) & -capacity;
    }
    writtenEnd = Math.max(writtenEnd, end);
    reserved = position;
    reservedLength = maxLengthBytes;
    return position & (capacity - 1);
  }

  /** How much time a full ring holds, by the lap that ends at this position. */
  private long keptNanos(long position) {
    double lapBytes = position - lapStart;
    return (long) ((newestNanos - lapStartNanos) * (capacity / lapBytes));
  }

  /**
   * Keeps what was written at the reserved offset.
   *
   * @param sequence 16 bits; replaces a packet of the same number
   * @param length in bytes, above zero and at most what was reserved
   */
  public void commit(int sequence, int length, long nowNanos) {
    commit(sequence, length, 0, nowNanos);
  }

  /**
   * The same, and leaves some of what was reserved free behind the packet, for its writer to use until the batch ends.
   *
   * @param spare how many bytes it would like to have
   * @return how many it has
   */
  public int commit(int sequence, int length, int spare, long nowNanos) {
    if (reserved == NO_ROOM || length <= 0 || length > reservedLength) {
      throw new IllegalStateException("commit of " + length + " bytes without room for them");
    }
    if (empty) {
      empty = false;
      lapStartNanos = nowNanos;
    }
    newestNanos = nowNanos;
    int slot = sequence & (sequences.length - 1);
    sequences[slot] = sequence;
    positions[slot] = reserved;
    lengths[slot] = length;
    committedNanos[slot] = nowNanos;
    int granted = Math.min(spare, reservedLength - length);
    head = (reserved + length + granted + ALIGNMENT - 1) & -ALIGNMENT;
    writtenEnd = Math.max(writtenEnd, head);
    reserved = NO_ROOM;
    return granted;
  }

  /**
   * Looks a packet up, for retransmission.
   *
   * @param sequence 16 bits
   * @param found filled if it is there
   */
  public boolean find(int sequence, long nowNanos, Found found) {
    int slot = sequence & (sequences.length - 1);
    if (!holds(slot, sequence) || nowNanos - committedNanos[slot] > depthNanos) {
      return false;
    }
    found.segment = ring;
    found.offset = positions[slot] & (capacity - 1);
    found.length = lengths[slot];
    found.committedNanos = committedNanos[slot];
    return true;
  }

  /** Whether the packet is still there, however old. */
  public boolean contains(int sequence) {
    return holds(sequence & (sequences.length - 1), sequence);
  }

  private boolean holds(int slot, int sequence) {
    return sequences[slot] == sequence && positions[slot] >= Math.max(lostBefore, writtenEnd - capacity);
  }

  /** The packets of the batch were forwarded: from now on they may be overwritten. */
  public void endBatch() {
    batchStart = head;
    while (outgrownCount > 0) {
      outgrown[--outgrownCount].close();
      outgrown[outgrownCount] = null;
    }
  }

  /**
   * Whether anybody may ask for what is kept; at first it is so. While nobody may, the ring grows only for batches that
   * need more room.
   */
  public void want(boolean wanted) {
    this.wanted = wanted;
  }

  /**
   * Gives back what the ring has grown by, and loses all packets. Only between batches. False if it can't now, because a
   * reserved place is being written to.
   */
  public boolean shrink() {
    if (reserved != NO_ROOM) {
      return false;
    }
    if (arena == null || capacity == minCapacity) {
      return true;
    }
    if (batchStart != head) {
      throw new IllegalStateException("packets of a batch are still to be forwarded");
    }
    arena.close();
    arena = Arena.ofConfined();
    capacity = minCapacity;
    ring = arena.allocate(capacity, ALIGNMENT);
    writtenEnd = head;
    lostBefore = head;
    lapStart = head;
    lapStartNanos = newestNanos;
    lapEnd = (head + capacity) & -capacity;
    makeIndex(capacity / BYTES_PER_ENTRY);
    return true;
  }

  /** Frees the memory. All offsets are void; nothing is found and no room given any more. */
  @Override
  public void close() {
    if (arena == null) {
      return;
    }
    endBatch();
    arena.close();
    arena = null;
    ring = MemorySegment.NULL;
    Arrays.fill(sequences, ABSENT);
  }

  /** In bytes, of the ring alone. */
  public int capacity() {
    return capacity;
  }

  private void growTo(int newCapacity) {
    Arena newArena = Arena.ofConfined();
    MemorySegment newRing = newArena.allocate(newCapacity, ALIGNMENT);
    lostBefore = Math.max(lostBefore, writtenEnd - capacity);
    long lapBorder = head & -capacity;
    long from = Math.clamp(lostBefore, head - capacity, head);
    copy(Math.min(from, lapBorder), lapBorder, newRing, newCapacity);
    copy(Math.max(from, lapBorder), head, newRing, newCapacity);
    outgrown[outgrownCount++] = arena;
    arena = newArena;
    ring = newRing;
    capacity = newCapacity;
    rebuildIndex();
  }

  /** Both positions lie in the same lap of the ring. */
  private void copy(long from, long to, MemorySegment newRing, int newCapacity) {
    MemorySegment.copy(ring, from & (capacity - 1), newRing, from & (newCapacity - 1), to - from);
  }

  private void rebuildIndex() {
    int[] oldSequences = sequences;
    long[] oldPositions = positions;
    int[] oldLengths = lengths;
    long[] oldNanos = committedNanos;
    makeIndex(capacity / BYTES_PER_ENTRY);
    for (int i = 0; i < oldSequences.length; i++) {
      if (oldSequences[i] != ABSENT) {
        int slot = oldSequences[i] & (sequences.length - 1);
        sequences[slot] = oldSequences[i];
        positions[slot] = oldPositions[i];
        lengths[slot] = oldLengths[i];
        committedNanos[slot] = oldNanos[i];
      }
    }
  }

  private void makeIndex(int entries) {
    sequences = new int[entries];
    Arrays.fill(sequences, ABSENT);
    positions = new long[entries];
    lengths = new int[entries];
    committedNanos = new long[entries];
  }
}
