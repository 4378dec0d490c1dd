package sfu.protocol.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * How one profile lays out protected packets, given their index. Indices, replay and lengths are checked by the caller.
 */
sealed interface SrtpTransform extends AutoCloseable permits GcmTransform, CmTransform {
  /** In the 32-bit word that SRTCP adds: this packet is encrypted. The other 31 bits are its index (RFC 3711, 3.4). */
  int ENCRYPTED = 1 << 31;
  int RTCP_WORD_LENGTH = 4;

  static SrtpTransform create(CipherProvider provider, Arena arena, boolean encrypt, SrtpProfile profile,
      byte[] masterKey, byte[] masterSalt) {
    if (masterKey.length != profile.keyLength() || masterSalt.length != profile.saltLength()) {
      throw new IllegalArgumentException(profile + " takes a master key of " + profile.keyLength()
          + " bytes and a salt of " + profile.saltLength() + ", not " + masterKey.length + " and " + masterSalt.length);
    }
    SessionKeys rtp = SessionKeys.forRtp(profile, masterKey, masterSalt);
    SessionKeys rtcp = SessionKeys.forRtcp(profile, masterKey, masterSalt);
    return switch (profile) {
      case AEAD_AES_256_GCM, AEAD_AES_128_GCM -> new GcmTransform(arena,
          provider.gcm(arena, encrypt, rtp), provider.gcm(arena, encrypt, rtcp));
      case AES_CM_128_HMAC_SHA1_80 -> new CmTransform(provider.cm(arena, rtp), provider.cm(arena, rtcp));
    };
  }

  /** What an RTP packet grows by, in bytes. */
  int rtpOverhead();

  /** What an RTCP packet grows by, in bytes. */
  int rtcpOverhead();

  /** Where the word with an SRTCP packet's index begins, given the packet's length. */
  int rtcpWordOffset(int length);

  /** As {@link SrtpSender#protectRtp}, under a given index. */
  void sealRtp(int ssrc, long index, MemorySegment dst, long dstOffset, int headerLength, int prefixLength,
      MemorySegment src, long srcOffset, int srcLength);

  /** As {@link SrtpReceiver#unprotectRtp}, under a given index. Returns whether the packet is authentic. */
  boolean openRtp(int ssrc, long index, MemorySegment src, long srcOffset, int length, int headerLength,
      MemorySegment dst, long dstOffset);

  /** In place, with room behind for the overhead. */
  void sealRtcp(int ssrc, int index, MemorySegment packet, long offset, int length);

  /** In place. {@code word}: the packet's own, with the encrypted bit. Returns whether the packet is authentic. */
  boolean openRtcp(int ssrc, int word, MemorySegment packet, long offset, int length);

  @Override
  void close();
}
