package sfu.protocol.dtls;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Tells DTLS from what else arrives on the same port. */
public final class Dtls {
  private Dtls() {}

  /** Whether a datagram is meant as DTLS: first byte 20 to 63 (RFC 7983, 7), and room for a record's header. */
  public static boolean looksLike(MemorySegment segment, long offset, int length) {
    if (length < DtlsRecords.HEADER_LENGTH) {
      return false;
    }
    int first = segment.get(ValueLayout.JAVA_BYTE, offset);
    return first >= 20 && first <= 63;
  }
}
