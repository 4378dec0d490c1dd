package sfu.protocol.srtp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/** Keys and packets for tests; all off-heap, all the same on every run. */
final class Packets {
  static final int SSRC = 0xcafe_babe;
  static final int HEADER_LENGTH = 12;

  private Packets() {}

  static byte[] masterKey(SrtpProfile profile) {
    return pattern(profile.keyLength(), 1);
  }

  static byte[] masterSalt(SrtpProfile profile) {
    return pattern(profile.saltLength(), 101);
  }

  static SrtpSender sender(SrtpCrypto crypto, SrtpProfile profile) {
    return crypto.sender(profile, masterKey(profile), masterSalt(profile));
  }

  static SrtpReceiver receiver(SrtpCrypto crypto, SrtpProfile profile) {
    return crypto.receiver(profile, masterKey(profile), masterSalt(profile));
  }

  static byte[] pattern(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** An RTP packet without CSRCs and extension. */
  static byte[] rtp(int ssrc, int sequence, int payloadLength) {
    return rtp(ssrc, sequence, HEADER_LENGTH, payloadLength);
  }

  /** An RTP packet with a header of {@code headerLength} bytes, whatever those beyond 12 mean. */
  static byte[] rtp(int ssrc, int sequence, int headerLength, int payloadLength) {
    byte[] packet = pattern(headerLength + payloadLength, ssrc * 31 + sequence);
    packet[0] = (byte) 0x80;
    MemorySegment header = MemorySegment.ofArray(packet);
    header.set(Bytes.SHORT, 2, (short) sequence);
    header.set(Bytes.INT, 8, ssrc);
    return packet;
  }

  /** A compound RTCP packet, as far as SRTP looks. */
  static byte[] rtcp(int ssrc, int length) {
    byte[] packet = pattern(length, ssrc * 17 + length);
    packet[0] = (byte) 0x80;
    packet[1] = (byte) 201;
    MemorySegment.ofArray(packet).set(Bytes.INT, 4, ssrc);
    return packet;
  }

  static byte[] protectRtp(SrtpSender sender, byte[] packet) {
    return protectRtp(sender, packet, HEADER_LENGTH, HEADER_LENGTH);
  }

  static byte[] protectRtp(SrtpSender sender, byte[] packet, int headerLength, int prefixLength) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment src = arena.allocateFrom(JAVA_BYTE, packet);
      MemorySegment dst = arena.allocate(5 + packet.length + SrtpSender.MAX_OVERHEAD);
      MemorySegment.copy(src, 0, dst, 5, prefixLength);
      int length =
          sender.protectRtp(dst, 5, headerLength, prefixLength, src, prefixLength, packet.length - prefixLength);
      return dst.asSlice(5, length).toArray(JAVA_BYTE);
    }
  }

  static Unprotected unprotectRtp(SrtpReceiver receiver, byte[] packet) {
    return unprotectRtp(receiver, packet, HEADER_LENGTH);
  }

  static Unprotected unprotectRtp(SrtpReceiver receiver, byte[] packet, int headerLength) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment src = arena.allocateFrom(JAVA_BYTE, packet);
      MemorySegment dst = arena.allocate(3 + packet.length);
      int length = receiver.unprotectRtp(src, 0, packet.length, headerLength, dst, 3);
      return new Unprotected(length, length < 0 ? null : dst.asSlice(3, length).toArray(JAVA_BYTE));
    }
  }

  static byte[] protectRtcp(SrtpSender sender, byte[] packet) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(7 + packet.length + SrtpSender.MAX_OVERHEAD);
      MemorySegment.copy(packet, 0, segment, JAVA_BYTE, 7, packet.length);
      return segment.asSlice(7, sender.protectRtcp(segment, 7, packet.length)).toArray(JAVA_BYTE);
    }
  }

  static Unprotected unprotectRtcp(SrtpReceiver receiver, byte[] packet) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocateFrom(JAVA_BYTE, packet);
      int length = receiver.unprotectRtcp(segment, 0, packet.length);
      return new Unprotected(length, length < 0 ? null : segment.asSlice(0, length).toArray(JAVA_BYTE));
    }
  }

  /** The code is a length or an {@link SrtpError}; there are bytes only without an error. */
  record Unprotected(int code, byte[] bytes) {}
}
