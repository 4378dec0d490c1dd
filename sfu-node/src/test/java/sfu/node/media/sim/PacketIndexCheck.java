package sfu.node.media.sim;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import sfu.protocol.rtp.SequenceUnwrapper;

/**
 * Fails where two different packets come under one SSRC and SRTP index (RFC 3711, 3.3.1). That is two plain texts under
 * one nonce, which gives AES-GCM's key away; a receiver sees no more of it than a replay.
 */
final class PacketIndexCheck {
  /** One SSRC: the packets' hashes by index. */
  private static final class Stream {
    final SequenceUnwrapper unwrapper = SequenceUnwrapper.of16Bits();
    final Map<Long, Integer> hashes = new HashMap<>();
  }

  private final Map<Integer, Stream> streams = new HashMap<>();

  /** Takes note of an encrypted RTP packet. */
  void onPacket(int ssrc, int sequence16, byte[] datagram) {
    Stream stream = streams.computeIfAbsent(ssrc, key -> new Stream());
    long index = stream.unwrapper.unwrap(sequence16);
    int hash = Arrays.hashCode(datagram);
    Integer before = stream.hashes.putIfAbsent(index, hash);
    if (before != null && before != hash) {
      throw new AssertionError("two packets of SSRC " + ssrc + " under index " + index);
    }
  }
}
