package sfu.node.media.relay;

/**
 * The numbers of one stream on a link. They outlive what it carries: the next user of the SSRC goes on where the last
 * one ended, so that SRTP's roll-over counters fit (RFC 3711, 3.3.1) and no packet index comes twice under the link's
 * key.
 */
final class LinkStream {
  final int ssrc;
  final int rtxSsrc;
  private long lastSequence;
  private int rtxSequence;
  long releasedNanos;

  LinkStream(int ssrc, int rtxSsrc, int firstSequence) {
    this.ssrc = ssrc;
    this.rtxSsrc = rtxSsrc;
    this.lastSequence = firstSequence - 1L;
    this.rtxSequence = firstSequence;
  }

  /** The highest number that was sent, unwrapped. */
  long lastSequence() {
    return lastSequence;
  }

  void sent(long sequence) {
    lastSequence = Math.max(lastSequence, sequence);
  }

  /** The 16 bits that the next retransmission goes out under. */
  int nextRtxSequence() {
    return rtxSequence++ & 0xffff;
  }
}
