package sfu.protocol.rtp;

import java.lang.foreign.MemorySegment;

/**
 * Writes an RTP header without CSRCs: the fixed part, then header extension elements in the order they are appended.
 *
 * <p>The block starts in RFC 8285's one-byte form; the first element that doesn't fit that (id above 14, empty, or
 * longer than 16 bytes) turns it into the two-byte form, which any receiver that offered {@code extmap-allow-mixed}
 * reads. Remembers where each element's data is, so that values known only at sending (times, transport-wide sequence
 * numbers) are patched in later. Reused; confined to one thread.
 */
public final class RtpHeaderWriter {
  public static final int MAX_ELEMENTS = 16;

  private static final int VERSION_BITS = 0x80;
  private static final int EXTENSION_FLAG = 0x10;
  private static final int BLOCK_HEADER_LENGTH = 4;
  private static final int ELEMENTS_START = Rtp.MIN_HEADER_LENGTH + BLOCK_HEADER_LENGTH;
  private static final int ONE_BYTE_PROFILE = 0xbede;
  private static final int TWO_BYTE_PROFILE = 0x1000;
  private static final int ONE_BYTE_MAX_ID = 14;
  private static final int ONE_BYTE_MAX_LENGTH = 16;
  private static final int MAX_ID = 255;
  private static final int MAX_LENGTH = 255;

  private final int[] ids = new int[MAX_ELEMENTS];
  private final int[] dataOffsets = new int[MAX_ELEMENTS];
  private final int[] dataLengths = new int[MAX_ELEMENTS];
  private int elementCount;
  private MemorySegment segment = MemorySegment.NULL;
  private long offset;
  private int capacity;
  private int position;
  private boolean twoByteForm;

  /**
   * Starts a header and writes its fixed part. {@code capacity} is the room for the header, in bytes, at least
   * {@value Rtp#MIN_HEADER_LENGTH}; {@code sequenceNumber} counts in its low 16 bits.
   */
  public RtpHeaderWriter begin(
      MemorySegment segment,
      long offset,
      int capacity,
      boolean marker,
      int payloadType,
      int sequenceNumber,
      int timestamp,
      int ssrc) {
    this.segment = segment;
    this.offset = offset;
    this.capacity = capacity;
    position = ELEMENTS_START;
    elementCount = 0;
    twoByteForm = false;
    BigEndian.put8(segment, offset + RtpPacket.FLAGS_FIELD_OFFSET, VERSION_BITS);
    BigEndian.put8(segment, offset + RtpPacket.PAYLOAD_TYPE_FIELD_OFFSET, (marker ? 0x80 : 0) | payloadType & 0x7f);
    BigEndian.put16(segment, offset + RtpPacket.SEQUENCE_NUMBER_FIELD_OFFSET, sequenceNumber);
    BigEndian.put32(segment, offset + RtpPacket.TIMESTAMP_FIELD_OFFSET, timestamp);
    BigEndian.put32(segment, offset + RtpPacket.SSRC_FIELD_OFFSET, ssrc);
    return this;
  }

  /**
   * Appends an element whose data the caller writes, now or after {@link #end}: see {@link #extensionOffset}. Its
   * bytes are undefined until then. Returns false, and appends nothing, when the id or length can't be written or
   * there is no room.
   */
  public boolean appendExtension(int id, int length) {
    if (id < 1 || id > MAX_ID || length < 0 || length > MAX_LENGTH || elementCount == MAX_ELEMENTS) {
      return false;
    }
    boolean needsTwoByteForm = id > ONE_BYTE_MAX_ID || length == 0 || length > ONE_BYTE_MAX_LENGTH;
    boolean converts = needsTwoByteForm && !twoByteForm;
    int start = position + (converts ? elementCount : 0);
    int headLength = needsTwoByteForm || twoByteForm ? 2 : 1;
    if (padded(start + headLength + length) > capacity) {
      return false;
    }
    if (converts) {
      convertToTwoByteForm();
    }
    if (twoByteForm) {
      BigEndian.put8(segment, offset + position, id);
      BigEndian.put8(segment, offset + position + 1, length);
    } else {
      BigEndian.put8(segment, offset + position, id << 4 | length - 1);
    }
    ids[elementCount] = id;
    dataOffsets[elementCount] = position + headLength;
    dataLengths[elementCount] = length;
    elementCount++;
    position += headLength + length;
    return true;
  }

  /** Appends an element with a copy of its data. Returns false as {@link #appendExtension(int, int)} does. */
  public boolean appendExtension(int id, MemorySegment data, long dataOffset, int length) {
    if (!appendExtension(id, length)) {
      return false;
    }
    MemorySegment.copy(data, dataOffset, segment, offset + dataOffsets[elementCount - 1], length);
    return true;
  }

  /** Each element's head grows by a byte: spread them from the last to the first, so that none is overwritten. */
  private void convertToTwoByteForm() {
    for (int i = elementCount - 1; i >= 0; i--) {
      int from = dataOffsets[i];
      int to = from + i + 1;
      MemorySegment.copy(segment, offset + from, segment, offset + to, dataLengths[i]);
      BigEndian.put8(segment, offset + to - 2, ids[i]);
      BigEndian.put8(segment, offset + to - 1, dataLengths[i]);
      dataOffsets[i] = to;
    }
    position += elementCount;
    twoByteForm = true;
  }

  /** Completes the header. Returns its length in bytes, a multiple of 4. */
  public int end() {
    if (elementCount == 0) {
      return Rtp.MIN_HEADER_LENGTH;
    }
    int end = padded(position);
    for (int at = position; at < end; at++) {
      BigEndian.put8(segment, offset + at, 0);
    }
    BigEndian.put8(segment, offset, VERSION_BITS | EXTENSION_FLAG);
    BigEndian.put16(segment, offset + Rtp.MIN_HEADER_LENGTH, twoByteForm ? TWO_BYTE_PROFILE : ONE_BYTE_PROFILE);
    BigEndian.put16(segment, offset + Rtp.MIN_HEADER_LENGTH + 2, (end - ELEMENTS_START) / 4);
    return end;
  }

  /**
   * Where an appended element's data is, relative to the packet's start, or -1 when it wasn't appended. Final after
   * {@link #end}: an element appended later may still move it.
   */
  public int extensionOffset(int id) {
    for (int i = 0; i < elementCount; i++) {
      if (ids[i] == id) {
        return dataOffsets[i];
      }
    }
    return -1;
  }

  private static int padded(int length) {
    return length + 3 & ~3;
  }
}
