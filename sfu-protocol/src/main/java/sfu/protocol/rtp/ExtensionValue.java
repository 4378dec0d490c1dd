package sfu.protocol.rtp;

import java.lang.foreign.MemorySegment;

/**
 * Values of RTP header extension elements. Offsets are absolute in the segment: add the packet's offset to what
 * {@link RtpPacket#extensionOffset} gives. The caller has checked the element's length against the constant here.
 */
public final class ExtensionValue {
  public static final int ABS_SEND_TIME_LENGTH = 3;
  public static final int TRANSPORT_SEQUENCE_LENGTH = 2;
  public static final int AUDIO_LEVEL_LENGTH = 1;
  public static final int VIDEO_ORIENTATION_LENGTH = 1;

  /** Without the optional clock offset that may follow. */
  public static final int ABS_CAPTURE_TIME_LENGTH = 8;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final long ABS_SEND_TIME_WRAP_NANOS = 64 * NANOS_PER_SECOND;

  private ExtensionValue() {}

  /**
   * Seconds as 6.18 bit fixed point (draft-alvestrand-rmcat-remb-03, section 5): wraps every 64 s, one unit is 3.8 µs.
   * Any monotonic clock serves; a negative time wraps as well.
   */
  public static int absSendTime(long nanos) {
    long withinWrap = Math.floorMod(nanos, ABS_SEND_TIME_WRAP_NANOS);
    return (int) ((withinWrap << 18) / NANOS_PER_SECOND);
  }

  public static int readAbsSendTime(MemorySegment segment, long offset) {
    return BigEndian.getU24(segment, offset);
  }

  public static void writeAbsSendTime(MemorySegment segment, long offset, long nanos) {
    BigEndian.put24(segment, offset, absSendTime(nanos));
  }

  /** 0..65535 (draft-holmer-rmcat-transport-wide-cc-extensions-01, section 2). */
  public static int readTransportSequence(MemorySegment segment, long offset) {
    return BigEndian.getU16(segment, offset);
  }

  public static void writeTransportSequence(MemorySegment segment, long offset, int sequence) {
    BigEndian.put16(segment, offset, sequence);
  }

  /** Level in -dBov, 0 (loudest) to 127 (silence): RFC 6464, section 3. */
  public static int readAudioLevel(MemorySegment segment, long offset) {
    return BigEndian.getU8(segment, offset) & 0x7f;
  }

  /** Whether the sender believes that the packet holds voice: RFC 6464, section 3. */
  public static boolean readVoiceActivity(MemorySegment segment, long offset) {
    return (BigEndian.getU8(segment, offset) & 0x80) != 0;
  }

  public static void writeAudioLevel(MemorySegment segment, long offset, int level, boolean voice) {
    BigEndian.put8(segment, offset, (voice ? 0x80 : 0) | level & 0x7f);
  }

  /** Clockwise rotation that the receiver applies, in degrees: 0, 90, 180 or 270 (3GPP TS 26.114, 7.4.5). */
  public static int readVideoRotation(MemorySegment segment, long offset) {
    return (BigEndian.getU8(segment, offset) & 0x03) * 90;
  }

  /** Capture time of the sender's clock as a 64-bit NTP timestamp, unsigned 32.32. */
  public static long readAbsCaptureTime(MemorySegment segment, long offset) {
    return BigEndian.get64(segment, offset);
  }

  /** Whether an element (a mid or a rid) is exactly these ASCII bytes. */
  public static boolean textEquals(MemorySegment segment, long offset, int length, byte[] ascii) {
    if (length != ascii.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (BigEndian.getU8(segment, offset + i) != (ascii[i] & 0xff)) {
        return false;
      }
    }
    return true;
  }
}
