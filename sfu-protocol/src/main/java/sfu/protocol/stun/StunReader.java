package sfu.protocol.stun;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A flyweight over one received STUN message. {@link #wrap} checks the structure and finds the attributes, so that the
 * getters need no more checks. Nothing is authenticated before {@link #verify}. Reused, confined to one thread.
 */
public final class StunReader {
  private static final int ABSENT = -1;
  private static final int MAX_UNKNOWN = 4;

  private MemorySegment segment;
  private long offset;
  private int length;

  // Where an attribute's value starts, counted from the start of the message; for the last two, where its header does.
  private int usernameAt;
  private int usernameLength;
  private int priorityAt;
  private int useCandidateAt;
  private int controllingAt;
  private int controlledAt;
  private int addressAt;
  private int errorAt;
  private int integrityAt;
  private int fingerprintAt;
  private int unknownCount;
  private final int[] unknown = new int[MAX_UNKNOWN];

  /**
   * Looks at a datagram.
   *
   * @return whether it is one well-formed STUN message of at most {@link Stun#MAX_LENGTH} bytes; if not, the getters
   *     must not be used
   */
  public boolean wrap(MemorySegment segment, long offset, int length) {
    this.segment = segment;
    this.offset = offset;
    this.length = length;
    usernameAt = ABSENT;
    usernameLength = 0;
    priorityAt = ABSENT;
    useCandidateAt = ABSENT;
    controllingAt = ABSENT;
    controlledAt = ABSENT;
    addressAt = ABSENT;
    errorAt = ABSENT;
    integrityAt = ABSENT;
    fingerprintAt = ABSENT;
    unknownCount = 0;
    return length <= Stun.MAX_LENGTH
        && Stun.looksLike(segment, offset, length)
        && (length & 3) == 0
        && unsignedShort(Stun.LENGTH_OFFSET) == length - Stun.HEADER_LENGTH
        && findAttributes();
  }

  private boolean findAttributes() {
    int at = Stun.HEADER_LENGTH;
    while (at < length) {
      // The length is a multiple of four, as is every step, so a header always fits.
      int type = unsignedShort(at);
      int valueLength = unsignedShort(at + 2);
      int value = at + Stun.ATTRIBUTE_HEADER_LENGTH;
      // FINGERPRINT comes last, when it comes at all (RFC 8489, 14.7).
      if (fingerprintAt != ABSENT || valueLength > length - value || !note(type, at, value, valueLength)) {
        return false;
      }
      at = value + Stun.padded(valueLength);
    }
    return true;
  }

  /** Remembers the first attribute of a type (RFC 8489, 14); false if its length is wrong. */
  private boolean note(int type, int header, int value, int valueLength) {
    if (type == StunAttribute.FINGERPRINT) {
      fingerprintAt = header;
      return valueLength == Stun.FINGERPRINT_LENGTH;
    }
    if (integrityAt != ABSENT) {
      return true; // What follows MESSAGE-INTEGRITY is not covered by it and must be ignored (RFC 8489, 14.5).
    }
    switch (type) {
      case StunAttribute.MESSAGE_INTEGRITY -> {
        integrityAt = header;
        return valueLength == Stun.INTEGRITY_LENGTH;
      }
      case StunAttribute.USERNAME -> {
        if (usernameAt == ABSENT) {
          usernameAt = value;
          usernameLength = valueLength;
        }
        return true;
      }
      case StunAttribute.PRIORITY -> {
        priorityAt = first(priorityAt, value);
        return valueLength == Integer.BYTES;
      }
      case StunAttribute.USE_CANDIDATE -> {
        useCandidateAt = first(useCandidateAt, value);
        return valueLength == 0;
      }
      case StunAttribute.ICE_CONTROLLING -> {
        controllingAt = first(controllingAt, value);
        return valueLength == Long.BYTES;
      }
      case StunAttribute.ICE_CONTROLLED -> {
        controlledAt = first(controlledAt, value);
        return valueLength == Long.BYTES;
      }
      case StunAttribute.ERROR_CODE -> {
        errorAt = first(errorAt, value);
        return valueLength >= Integer.BYTES;
      }
      case StunAttribute.XOR_MAPPED_ADDRESS -> {
        addressAt = first(addressAt, value);
        return valueLength >= Integer.BYTES && valueLength == addressLength(segment.get(Stun.BYTE, offset + value + 1));
      }
      default -> {
        if (StunAttribute.mustBeUnderstood(type) && unknownCount < MAX_UNKNOWN) {
          unknown[unknownCount++] = type;
        }
        return true;
      }
    }
  }

  private static int first(int known, int now) {
    return known == ABSENT ? now : known;
  }

  private static int addressLength(int family) {
    return switch (family) {
      case Stun.FAMILY_V4 -> 8;
      case Stun.FAMILY_V6 -> 20;
      default -> ABSENT;
    };
  }

  /** The message type, {@link Stun#BINDING_REQUEST} for one. */
  public int type() {
    return unsignedShort(Stun.TYPE_OFFSET);
  }

  /** The first 32 of the 96 bits of the transaction id. */
  public int transactionHi() {
    return segment.get(Stun.INT, offset + Stun.TRANSACTION_HI_OFFSET);
  }

  /** The other 64 bits of the transaction id. */
  public long transactionLo() {
    return segment.get(Stun.LONG, offset + Stun.TRANSACTION_LO_OFFSET);
  }

  public boolean hasUsername() {
    return usernameAt != ABSENT;
  }

  /**
   * The part of USERNAME before the colon: in a check, the user fragment of who receives it (RFC 8445, 7.2.2).
   *
   * @return null if there is no USERNAME, no colon in it, or something before it that no user fragment has
   */
  public String localUfrag() {
    int colon = colon();
    if (colon <= 0) {
      return null;
    }
    byte[] ufrag = new byte[colon];
    MemorySegment.copy(segment, Stun.BYTE, offset + usernameAt, ufrag, 0, colon);
    return new String(ufrag, StandardCharsets.ISO_8859_1);
  }

  /** Whether {@link #localUfrag} is these bytes. */
  public boolean localUfragIs(byte[] ufrag) {
    if (usernameLength <= ufrag.length
        || segment.get(Stun.BYTE, offset + usernameAt + ufrag.length) != ':') {
      return false;
    }
    for (int i = 0; i < ufrag.length; i++) {
      if (segment.get(Stun.BYTE, offset + usernameAt + i) != ufrag[i]) {
        return false;
      }
    }
    return true;
  }

  /** Where the colon is in USERNAME, or -1. A user fragment has up to 256 ice-chars (RFC 8839, 5.4). */
  private int colon() {
    int end = Math.min(usernameLength, 257);
    for (int i = 0; i < end; i++) {
      byte c = segment.get(Stun.BYTE, offset + usernameAt + i);
      if (c == ':') {
        return i;
      }
      boolean iceChar = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/';
      if (!iceChar) {
        return ABSENT;
      }
    }
    return ABSENT;
  }

  public boolean hasPriority() {
    return priorityAt != ABSENT;
  }

  /** PRIORITY, unsigned (RFC 8445, 7.1.1). */
  public long priority() {
    return Integer.toUnsignedLong(segment.get(Stun.INT, offset + priorityAt));
  }

  /** Whether the sender nominates the path (RFC 8445, 7.1.2). */
  public boolean useCandidate() {
    return useCandidateAt != ABSENT;
  }

  public boolean iceControlling() {
    return controllingAt != ABSENT;
  }

  public boolean iceControlled() {
    return controlledAt != ABSENT;
  }

  public boolean hasErrorCode() {
    return errorAt != ABSENT;
  }

  /** ERROR-CODE as one number, such as 487 (RFC 8489, 14.8). */
  public int errorCode() {
    int value = segment.get(Stun.INT, offset + errorAt);
    return (value >>> 8 & 7) * 100 + (value & 0xFF);
  }

  public boolean hasXorMappedAddress() {
    return addressAt != ABSENT;
  }

  /** The port of XOR-MAPPED-ADDRESS. */
  public int mappedPort() {
    return unsignedShort(addressAt + 2) ^ Stun.MAGIC_COOKIE >>> 16;
  }

  /** The upper half of XOR-MAPPED-ADDRESS as an IPv6 address; 0 for an IPv4 address. */
  public long mappedHi() {
    if (isMappedV4()) {
      return 0;
    }
    long mask = (long) Stun.MAGIC_COOKIE << 32 | Integer.toUnsignedLong(transactionHi());
    return segment.get(Stun.LONG, offset + addressAt + 4) ^ mask;
  }

  /** The lower half of XOR-MAPPED-ADDRESS; 0x0000ffff_aabbccdd for an IPv4 address. */
  public long mappedLo() {
    if (isMappedV4()) {
      int address = segment.get(Stun.INT, offset + addressAt + 4) ^ Stun.MAGIC_COOKIE;
      return 0xFFFF_0000_0000L | Integer.toUnsignedLong(address);
    }
    return segment.get(Stun.LONG, offset + addressAt + 12) ^ transactionLo();
  }

  private boolean isMappedV4() {
    return segment.get(Stun.BYTE, offset + addressAt + 1) == Stun.FAMILY_V4;
  }

  public boolean hasIntegrity() {
    return integrityAt != ABSENT;
  }

  /** Whether there is a MESSAGE-INTEGRITY and it was made with this password. */
  public boolean verify(StunIntegrity integrity) {
    return integrityAt != ABSENT && integrity.verify(segment, offset, integrityAt);
  }

  /** Whether FINGERPRINT is absent or right. A wrong one means: another protocol, or damage; drop (RFC 8489, 6.3). */
  public boolean fingerprintFits() {
    return fingerprintAt == ABSENT
        || segment.get(Stun.INT, offset + fingerprintAt + Stun.ATTRIBUTE_HEADER_LENGTH)
            == Stun.fingerprint(segment, offset, fingerprintAt);
  }

  /** How many attributes, of those that must be understood, are not; counted up to 4. */
  public int unknownCount() {
    return unknownCount;
  }

  int unknown(int index) {
    return unknown[index];
  }

  private int unsignedShort(int at) {
    return segment.get(Stun.SHORT, offset + at) & 0xFFFF;
  }
}
