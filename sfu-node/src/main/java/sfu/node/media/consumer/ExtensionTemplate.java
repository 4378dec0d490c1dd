package sfu.node.media.consumer;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import sfu.node.media.producer.ExtensionIds;
import sfu.node.media.producer.InboundPacket;

/**
 * The header extension block of one consumer's packets (RFC 8285, one-byte form): mid, abs-send-time and transport-wide
 * sequence number always at the same places, so that they are patched and not built; then whatever the packet brought
 * that its viewer understands. Most packets bring nothing, which also keeps them equal in size.
 */
final class ExtensionTemplate {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int PROFILE_ONE_BYTE = 0xbede;
  private static final int MAX_MID = 16;

  private final byte[] fixed;
  private final MemorySegment fixedSegment;
  private final int absSendTimeAt;
  private final int transportSequenceAt;
  private final ExtensionIds ids;

  ExtensionTemplate(ExtensionIds ids, String mid) {
    this.ids = ids;
    byte[] block = new byte[4 + 1 + MAX_MID + 4 + 3];
    int at = 4;
    byte[] midBytes = mid == null ? new byte[0] : mid.getBytes(StandardCharsets.US_ASCII);
    if (isOneByte(ids.mid()) && midBytes.length > 0 && midBytes.length <= MAX_MID) {
      block[at++] = (byte) (ids.mid() << 4 | midBytes.length - 1);
      System.arraycopy(midBytes, 0, block, at, midBytes.length);
      at += midBytes.length;
    }
    if (isOneByte(ids.absSendTime())) {
      block[at++] = (byte) (ids.absSendTime() << 4 | 2);
      absSendTimeAt = at;
      at += 3;
    } else {
      absSendTimeAt = -1;
    }
    if (isOneByte(ids.transportSequence())) {
      block[at++] = (byte) (ids.transportSequence() << 4 | 1);
      transportSequenceAt = at;
      at += 2;
    } else {
      transportSequenceAt = -1;
    }
    this.fixed = Arrays.copyOf(block, at);
    fixed[0] = (byte) (PROFILE_ONE_BYTE >>> 8);
    fixed[1] = (byte) PROFILE_ONE_BYTE;
    this.fixedSegment = MemorySegment.ofArray(fixed);
  }

  private static boolean isOneByte(int id) {
    return id >= 1 && id <= 14;
  }

  boolean hasTransportSequence() {
    return transportSequenceAt >= 0;
  }

  /** Writes the block at {@code at}; returns its length, a multiple of 4. */
  int write(MemorySegment out, long at, InboundPacket packet, int absSendTime24, int transportSequence) {
    long end = writeFixed(out, at, absSendTime24, transportSequence);
    if (packet.audioLevel() >= 0 && isOneByte(ids.audioLevel())) {
      end = putByte(out, end, ids.audioLevel(), packet.audioLevel());
    }
    if (packet.orientation() >= 0 && isOneByte(ids.videoOrientation())) {
      end = putByte(out, end, ids.videoOrientation(), packet.orientation());
    }
    if (packet.playoutDelay() >= 0 && isOneByte(ids.playoutDelay())) {
      out.set(ValueLayout.JAVA_BYTE, end, (byte) (ids.playoutDelay() << 4 | 2));
      putUint24(out, end + 1, packet.playoutDelay());
      end += 4;
    }
    return finish(out, at, end);
  }

  /** Writes the block of a packet that carries nothing; returns its length, a multiple of 4. */
  int writeBare(MemorySegment out, long at, int absSendTime24, int transportSequence) {
    return finish(out, at, writeFixed(out, at, absSendTime24, transportSequence));
  }

  private long writeFixed(MemorySegment out, long at, int absSendTime24, int transportSequence) {
    MemorySegment.copy(fixedSegment, 0, out, at, fixed.length);
    if (absSendTimeAt >= 0) {
      putUint24(out, at + absSendTimeAt, absSendTime24);
    }
    if (transportSequenceAt >= 0) {
      out.set(SHORT, at + transportSequenceAt, (short) transportSequence);
    }
    return at + fixed.length;
  }

  private static int finish(MemorySegment out, long at, long unaligned) {
    long end = unaligned;
    while ((end - at & 3) != 0) {
      out.set(ValueLayout.JAVA_BYTE, end++, (byte) 0);
    }
    int length = (int) (end - at);
    out.set(SHORT, at + 2, (short) (length / 4 - 1));
    return length;
  }

  private static long putByte(MemorySegment out, long at, int id, int value) {
    out.set(ValueLayout.JAVA_BYTE, at, (byte) (id << 4));
    out.set(ValueLayout.JAVA_BYTE, at + 1, (byte) value);
    return at + 2;
  }

  private static void putUint24(MemorySegment out, long at, int value) {
    out.set(ValueLayout.JAVA_BYTE, at, (byte) (value >>> 16));
    out.set(SHORT, at + 1, (short) value);
  }
}
