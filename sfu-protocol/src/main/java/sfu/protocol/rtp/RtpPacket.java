package sfu.protocol.rtp;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A flyweight over one RTP packet (RFC 3550, 5.1) with its header extensions (RFC 8285), reused from packet to packet.
 *
 * <p>The header of an SRTP packet is in the clear, its padding is not: the way of a received packet is
 * {@link #wrapHeader} on what came in, then {@link #rewrap} on what came out of decryption, which keeps the parsed
 * header. {@link #wrap} does both for a plain packet. Confined to one thread. All offsets given out are relative to the
 * packet's first byte.
 */
public final class RtpPacket {
  public static final int FLAGS_FIELD_OFFSET = 0;
  public static final int PAYLOAD_TYPE_FIELD_OFFSET = 1;
  public static final int SEQUENCE_NUMBER_FIELD_OFFSET = 2;
  public static final int TIMESTAMP_FIELD_OFFSET = 4;
  public static final int SSRC_FIELD_OFFSET = 8;

  /** The highest header extension id that is looked up; elements with higher ids are skipped. */
  public static final int MAX_EXTENSION_ID = 63;

  private static final int VERSION = 2;
  private static final int PADDING_FLAG = 0x20;
  private static final int EXTENSION_FLAG = 0x10;
  private static final int CSRC_COUNT_MASK = 0x0f;
  private static final int MARKER_FLAG = 0x80;
  private static final int ONE_BYTE_PROFILE = 0xbede;
  private static final int TWO_BYTE_PROFILE = 0x1000;
  private static final int TWO_BYTE_PROFILE_MASK = 0xfff0;
  private static final int ONE_BYTE_STOP_ID = 15;

  /** By id: offset of the element's data, shifted left by 8, and its length; valid where a bit of the mask is set. */
  private final int[] extensions = new int[MAX_EXTENSION_ID + 1];

  private long extensionMask;
  private MemorySegment segment = MemorySegment.NULL;
  private long offset;
  private int length;
  private int headerLength;
  private int paddingLength;

  /** Reads a plain packet. Returns false when it is malformed; getters are then meaningless. */
  public boolean wrap(MemorySegment segment, long offset, int length) {
    return wrapHeader(segment, offset, length) && readPadding();
  }

  /**
   * Reads the header of a packet whose payload may still be encrypted: padding is not looked at, and the payload's
   * length counts it and the authentication tag. Returns false when the header is malformed.
   */
  public boolean wrapHeader(MemorySegment segment, long offset, int length) {
    this.segment = segment;
    this.offset = offset;
    this.length = length;
    extensionMask = 0;
    paddingLength = 0;
    if (length < Rtp.MIN_HEADER_LENGTH || offset < 0 || length > segment.byteSize() - offset) {
      return false;
    }
    int flags = BigEndian.getU8(segment, offset + FLAGS_FIELD_OFFSET);
    if (flags >>> 6 != VERSION) {
      return false;
    }
    headerLength = Rtp.MIN_HEADER_LENGTH + 4 * (flags & CSRC_COUNT_MASK);
    if ((flags & EXTENSION_FLAG) == 0) {
      return headerLength <= length;
    }
    if (headerLength + 4 > length) {
      return false;
    }
    int profile = BigEndian.getU16(segment, offset + headerLength);
    int blockLength = 4 * BigEndian.getU16(segment, offset + headerLength + 2);
    int blockStart = headerLength + 4;
    headerLength = blockStart + blockLength;
    if (headerLength > length) {
      return false;
    }
    if (profile == ONE_BYTE_PROFILE) {
      readOneByteElements(blockStart, headerLength);
    } else if ((profile & TWO_BYTE_PROFILE_MASK) == TWO_BYTE_PROFILE) {
      readTwoByteElements(blockStart, headerLength);
    }
    return true;
  }

  /**
   * Points this flyweight to the same packet at another place or with another length, after decryption or a copy. Keeps
   * what {@link #wrapHeader} read: the header's bytes must be the same. Returns false when the padding is malformed.
   */
  public boolean rewrap(MemorySegment segment, long offset, int length) {
    this.segment = segment;
    this.offset = offset;
    this.length = length;
    return headerLength <= length && readPadding();
  }

  private boolean readPadding() {
    if ((BigEndian.getU8(segment, offset + FLAGS_FIELD_OFFSET) & PADDING_FLAG) == 0) {
      paddingLength = 0;
      return true;
    }
    if (headerLength == length) {
      return false;
    }
    // The count includes itself, so zero is malformed.
    paddingLength = BigEndian.getU8(segment, offset + length - 1);
    return paddingLength > 0 && paddingLength <= length - headerLength;
  }

  /** RFC 8285, 4.2. What is wrong inside the block ends its reading but doesn't condemn the packet. */
  private void readOneByteElements(int start, int end) {
    int at = start;
    while (at < end) {
      int head = BigEndian.getU8(segment, offset + at);
      at++;
      if (head == 0) {
        continue;
      }
      int id = head >>> 4;
      int dataLength = (head & 0x0f) + 1;
      if (id == 0 || id == ONE_BYTE_STOP_ID || at + dataLength > end) {
        return;
      }
      addExtension(id, at, dataLength);
      at += dataLength;
    }
  }

  /** RFC 8285, 4.3. */
  private void readTwoByteElements(int start, int end) {
    int at = start;
    while (at < end) {
      int id = BigEndian.getU8(segment, offset + at);
      at++;
      if (id == 0) {
        continue;
      }
      if (at == end) {
        return;
      }
      int dataLength = BigEndian.getU8(segment, offset + at);
      at++;
      if (at + dataLength > end) {
        return;
      }
      if (id <= MAX_EXTENSION_ID) {
        addExtension(id, at, dataLength);
      }
      at += dataLength;
    }
  }

  private void addExtension(int id, int dataOffset, int dataLength) {
    extensions[id] = dataOffset << 8 | dataLength;
    extensionMask |= 1L << id;
  }

  public MemorySegment segment() {
    return segment;
  }

  /** Where the packet starts in its segment. */
  public long offset() {
    return offset;
  }

  /** The whole packet, in bytes. */
  public int length() {
    return length;
  }

  /** Fixed header, CSRCs and extension block, in bytes. */
  public int headerLength() {
    return headerLength;
  }

  /** Relative to the packet's start; equal to the header's length. */
  public int payloadOffset() {
    return headerLength;
  }

  /** Without padding, in bytes. */
  public int payloadLength() {
    return length - headerLength - paddingLength;
  }

  /** Including its count byte; 0 without padding. */
  public int paddingLength() {
    return paddingLength;
  }

  public boolean marker() {
    return (BigEndian.getU8(segment, offset + PAYLOAD_TYPE_FIELD_OFFSET) & MARKER_FLAG) != 0;
  }

  /** 0..127. */
  public int payloadType() {
    return BigEndian.getU8(segment, offset + PAYLOAD_TYPE_FIELD_OFFSET) & ~MARKER_FLAG;
  }

  /** 0..65535. */
  public int sequenceNumber() {
    return BigEndian.getU16(segment, offset + SEQUENCE_NUMBER_FIELD_OFFSET);
  }

  /** All 32 bits, in units of the codec's clock. */
  public int timestamp() {
    return BigEndian.get32(segment, offset + TIMESTAMP_FIELD_OFFSET);
  }

  /** All 32 bits. */
  public int ssrc() {
    return BigEndian.get32(segment, offset + SSRC_FIELD_OFFSET);
  }

  public RtpPacket marker(boolean marker) {
    BigEndian.put8(segment, offset + PAYLOAD_TYPE_FIELD_OFFSET, (marker ? MARKER_FLAG : 0) | payloadType());
    return this;
  }

  /** The marker stays. */
  public RtpPacket payloadType(int payloadType) {
    Objects.checkIndex(payloadType, 128);
    int marker = BigEndian.getU8(segment, offset + PAYLOAD_TYPE_FIELD_OFFSET) & MARKER_FLAG;
    BigEndian.put8(segment, offset + PAYLOAD_TYPE_FIELD_OFFSET, marker | payloadType);
    return this;
  }

  public RtpPacket sequenceNumber(int sequenceNumber) {
    BigEndian.put16(segment, offset + SEQUENCE_NUMBER_FIELD_OFFSET, sequenceNumber);
    return this;
  }

  public RtpPacket timestamp(int timestamp) {
    BigEndian.put32(segment, offset + TIMESTAMP_FIELD_OFFSET, timestamp);
    return this;
  }

  public RtpPacket ssrc(int ssrc) {
    BigEndian.put32(segment, offset + SSRC_FIELD_OFFSET, ssrc);
    return this;
  }

  /** Where the element's data is, relative to the packet's start, or -1 when the packet has no such element. */
  public int extensionOffset(int id) {
    return hasExtension(id) ? extensions[id] >>> 8 : -1;
  }

  /** In bytes, 0..255; -1 when the packet has no such element. */
  public int extensionLength(int id) {
    return hasExtension(id) ? extensions[id] & 0xff : -1;
  }

  /** False outside of 1..{@value #MAX_EXTENSION_ID}: an extension that wasn't negotiated can be asked for as 0. */
  public boolean hasExtension(int id) {
    return id > 0 && id <= MAX_EXTENSION_ID && (extensionMask >>> id & 1) != 0;
  }
}
