package sfu.protocol.rtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

/** Bytes for tests, off heap as in production, each segment of its own size so that an access outside of it shows. */
public final class Packets {
  private Packets() {}

  /** From hexadecimal digits; whitespace is ignored. */
  public static MemorySegment hex(String digits) {
    return of(HexFormat.of().parseHex(digits.replaceAll("\\s", "")));
  }

  /** A segment of exactly these bytes: any access beyond them throws. */
  public static MemorySegment of(byte[] bytes) {
    MemorySegment segment = Arena.ofAuto().allocate(bytes.length);
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return segment;
  }

  public static String toHex(MemorySegment segment, long offset, int length) {
    return HexFormat.of().formatHex(segment.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
  }
}
