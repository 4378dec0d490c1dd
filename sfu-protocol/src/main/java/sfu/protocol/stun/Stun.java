package sfu.protocol.stun;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/** The numbers of STUN and the two things one asks of any datagram: is it STUN, and what is its checksum. */
public final class Stun {
  /** Message types: method Binding in its four classes (RFC 8489, 5). */
  public static final int BINDING_REQUEST = 0x0001;

  public static final int BINDING_INDICATION = 0x0011;
  public static final int BINDING_SUCCESS = 0x0101;
  public static final int BINDING_ERROR = 0x0111;

  /** Error codes (RFC 8489, 14.8; RFC 8445, 7.3.1.1). */
  public static final int BAD_REQUEST = 400;

  public static final int UNAUTHENTICATED = 401;
  public static final int UNKNOWN_ATTRIBUTE = 420;
  public static final int ROLE_CONFLICT = 487;

  /** Length of the fixed header, in bytes. */
  public static final int HEADER_LENGTH = 20;

  /** Longest message that is read. A connectivity check takes 100 to 150 bytes; more is not worth a MAC over it. */
  public static final int MAX_LENGTH = 1280;

  static final int MAGIC_COOKIE = 0x2112A442;

  static final int TYPE_OFFSET = 0;
  static final int LENGTH_OFFSET = 2;
  static final int COOKIE_OFFSET = 4;
  static final int TRANSACTION_HI_OFFSET = 8;
  static final int TRANSACTION_LO_OFFSET = 12;

  static final int ATTRIBUTE_HEADER_LENGTH = 4;
  static final int INTEGRITY_LENGTH = 20;
  static final int FINGERPRINT_LENGTH = 4;
  static final int FAMILY_V4 = 1;
  static final int FAMILY_V6 = 2;

  /** "STUN": what the checksum is combined with, so that a CRC of another protocol does not match (RFC 8489, 14.7). */
  private static final int FINGERPRINT_XOR = 0x5354554E;

  static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private Stun() {}

  /** Whether a datagram is meant as STUN: first byte 0 to 3 (RFC 7983, 7), and the magic cookie. */
  public static boolean looksLike(MemorySegment segment, long offset, int length) {
    return length >= HEADER_LENGTH
        && (segment.get(BYTE, offset) & 0xFC) == 0
        && segment.get(INT, offset + COOKIE_OFFSET) == MAGIC_COOKIE;
  }

  /** The value of FINGERPRINT for a message of which {@code length} bytes precede that attribute. */
  static int fingerprint(MemorySegment segment, long offset, int length) {
    CRC32 crc = new CRC32();
    for (int i = 0; i < length; i++) {
      crc.update(segment.get(BYTE, offset + i));
    }
    return (int) crc.getValue() ^ FINGERPRINT_XOR;
  }

  static int padded(int length) {
    return (length + 3) & ~3;
  }
}
