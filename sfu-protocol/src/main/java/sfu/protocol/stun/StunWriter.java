package sfu.protocol.stun;

import java.lang.foreign.MemorySegment;

/**
 * Writes one STUN message, attribute by attribute, with a header that is right after each. The order is the caller's:
 * MESSAGE-INTEGRITY after all that it covers, FINGERPRINT last. Reused, confined to one thread. The destination must
 * have room, else {@link IndexOutOfBoundsException}.
 */
public final class StunWriter {
  private MemorySegment segment;
  private long offset;
  private int length;

  /** Starts a message of this type with this 96-bit transaction id. */
  public StunWriter begin(MemorySegment segment, long offset, int type, int transactionHi, long transactionLo) {
    this.segment = segment;
    this.offset = offset;
    length = Stun.HEADER_LENGTH;
    segment.set(Stun.SHORT, offset + Stun.TYPE_OFFSET, (short) type);
    segment.set(Stun.SHORT, offset + Stun.LENGTH_OFFSET, (short) 0);
    segment.set(Stun.INT, offset + Stun.COOKIE_OFFSET, Stun.MAGIC_COOKIE);
    segment.set(Stun.INT, offset + Stun.TRANSACTION_HI_OFFSET, transactionHi);
    segment.set(Stun.LONG, offset + Stun.TRANSACTION_LO_OFFSET, transactionLo);
    return this;
  }

  /** Starts the answer to a request. */
  public StunWriter begin(MemorySegment segment, long offset, int type, StunReader request) {
    return begin(segment, offset, type, request.transactionHi(), request.transactionLo());
  }

  public StunWriter username(byte[] username) {
    long value = attribute(StunAttribute.USERNAME, username.length);
    MemorySegment.copy(username, 0, segment, Stun.BYTE, value, username.length);
    return this;
  }

  public StunWriter priority(int priority) {
    segment.set(Stun.INT, attribute(StunAttribute.PRIORITY, Integer.BYTES), priority);
    return this;
  }

  public StunWriter useCandidate() {
    attribute(StunAttribute.USE_CANDIDATE, 0);
    return this;
  }

  public StunWriter iceControlling(long tieBreaker) {
    segment.set(Stun.LONG, attribute(StunAttribute.ICE_CONTROLLING, Long.BYTES), tieBreaker);
    return this;
  }

  public StunWriter iceControlled(long tieBreaker) {
    segment.set(Stun.LONG, attribute(StunAttribute.ICE_CONTROLLED, Long.BYTES), tieBreaker);
    return this;
  }

  /**
   * XOR-MAPPED-ADDRESS (RFC 8489, 14.2); an IPv4 address comes as hi = 0, lo = 0x0000ffff_aabbccdd and goes out as
   * IPv4.
   */
  public StunWriter xorMappedAddress(long addressHi, long addressLo, int port) {
    boolean v4 = addressHi == 0 && addressLo >>> 32 == 0xFFFF;
    long value = attribute(StunAttribute.XOR_MAPPED_ADDRESS, v4 ? 8 : 20);
    segment.set(Stun.SHORT, value, (short) (v4 ? Stun.FAMILY_V4 : Stun.FAMILY_V6));
    segment.set(Stun.SHORT, value + 2, (short) (port ^ Stun.MAGIC_COOKIE >>> 16));
    if (v4) {
      segment.set(Stun.INT, value + 4, (int) addressLo ^ Stun.MAGIC_COOKIE);
    } else {
      // The mask is the cookie and the transaction id, as they stand in the header.
      segment.set(Stun.LONG, value + 4, addressHi ^ segment.get(Stun.LONG, offset + Stun.COOKIE_OFFSET));
      segment.set(Stun.LONG, value + 12, addressLo ^ segment.get(Stun.LONG, offset + Stun.TRANSACTION_LO_OFFSET));
    }
    return this;
  }

  /** ERROR-CODE without a reason phrase: who asks is a program, and a short answer amplifies nothing. */
  public StunWriter errorCode(int code) {
    segment.set(Stun.INT, attribute(StunAttribute.ERROR_CODE, Integer.BYTES), code / 100 << 8 | code % 100);
    return this;
  }

  /** UNKNOWN-ATTRIBUTES: what the request had and its reader did not know (RFC 8489, 14.13). */
  public StunWriter unknownAttributes(StunReader request) {
    int count = request.unknownCount();
    long value = attribute(StunAttribute.UNKNOWN_ATTRIBUTES, count * Short.BYTES);
    for (int i = 0; i < count; i++) {
      segment.set(Stun.SHORT, value + (long) i * Short.BYTES, (short) request.unknown(i));
    }
    return this;
  }

  public StunWriter integrity(StunIntegrity integrity) {
    int at = length;
    attribute(StunAttribute.MESSAGE_INTEGRITY, Stun.INTEGRITY_LENGTH);
    integrity.write(segment, offset, at);
    return this;
  }

  public StunWriter fingerprint() {
    int at = length;
    long value = attribute(StunAttribute.FINGERPRINT, Stun.FINGERPRINT_LENGTH);
    segment.set(Stun.INT, value, Stun.fingerprint(segment, offset, at));
    return this;
  }

  /** Length of the message so far, in bytes. */
  public int length() {
    return length;
  }

  /** Adds an attribute's header and zeroed padding; returns where its value goes. */
  private long attribute(int type, int valueLength) {
    long header = offset + length;
    long value = header + Stun.ATTRIBUTE_HEADER_LENGTH;
    segment.set(Stun.SHORT, header, (short) type);
    segment.set(Stun.SHORT, header + 2, (short) valueLength);
    for (int i = valueLength; i < Stun.padded(valueLength); i++) {
      segment.set(Stun.BYTE, value + i, (byte) 0);
    }
    length += Stun.ATTRIBUTE_HEADER_LENGTH + Stun.padded(valueLength);
    segment.set(Stun.SHORT, offset + Stun.LENGTH_OFFSET, (short) (length - Stun.HEADER_LENGTH));
    return value;
  }
}
