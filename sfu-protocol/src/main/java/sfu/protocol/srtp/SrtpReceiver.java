package sfu.protocol.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Checks and decrypts the packets of one direction of one transport. Confined to the thread that made it.
 *
 * <p>What comes from the wire is answered with a negative {@link SrtpError}, never with an exception.
 */
public final class SrtpReceiver implements AutoCloseable {
  /**
   * SSRCs that a client may send RTP under, and as many for RTCP. Only authentic packets count, so this bounds what
   * one authenticated peer can make us keep (about 160 bytes each); a browser takes six for a simulcast camera.
   */
  public static final int MAX_STREAMS = 1024;

  private final Arena arena;
  private final SrtpTransform transform;
  private final int maxStreams;
  private final ReceivedStreams rtp = new ReceivedStreams();
  private final ReceivedStreams rtcp = new ReceivedStreams();

  SrtpReceiver(Arena arena, SrtpTransform transform, int maxStreams) {
    this.arena = arena;
    this.transform = transform;
    this.maxStreams = maxStreams;
  }

  /**
   * Decrypts an SRTP packet out of place (RFC 3711, 3.3); {@code dst} gets the header and the plain payload. If the
   * packet is refused, {@code dst} may have been written to, up to {@code length}.
   *
   * @param headerLength of the RTP header with CSRCs and extension, in bytes
   * @return the length of the RTP packet in bytes, or a {@link SrtpError}
   */
  public int unprotectRtp(MemorySegment src, long srcOffset, int length, int headerLength,
      MemorySegment dst, long dstOffset) {
    int plainLength = length - transform.rtpOverhead();
    if (headerLength < Bytes.RTP_HEADER_LENGTH || headerLength > plainLength) {
      return SrtpError.MALFORMED;
    }
    int ssrc = src.get(Bytes.INT, srcOffset + Bytes.RTP_SSRC_OFFSET);
    int sequence = src.get(Bytes.SHORT, srcOffset + Bytes.RTP_SEQUENCE_OFFSET) & 0xffff;
    int stream = rtp.find(ssrc);
    long index = stream < 0 ? sequence : PacketIndex.guess(rtp.highest(stream), sequence);
    int refused = check(rtp, stream, index);
    if (refused < 0) {
      return refused;
    }
    if (!transform.openRtp(ssrc, index, src, srcOffset, length, headerLength, dst, dstOffset)) {
      return SrtpError.AUTH_FAILED;
    }
    accept(rtp, stream, ssrc, index);
    return plainLength;
  }

  /**
   * Decrypts an SRTCP packet in place (RFC 3711, 3.4). If the packet is refused its bytes may have changed.
   *
   * @return the length of the compound RTCP packet in bytes, or a {@link SrtpError}
   */
  public int unprotectRtcp(MemorySegment segment, long offset, int length) {
    int plainLength = length - transform.rtcpOverhead();
    if (plainLength < Bytes.RTCP_HEADER_LENGTH) {
      return SrtpError.MALFORMED;
    }
    int word = segment.get(Bytes.INT, offset + transform.rtcpWordOffset(length));
    // DTLS-SRTP has no parameter for RTCP in the clear (RFC 5764, 4.1.2): who sends it is no peer of ours.
    if ((word & SrtpTransform.ENCRYPTED) == 0) {
      return SrtpError.MALFORMED;
    }
    int ssrc = segment.get(Bytes.INT, offset + Bytes.RTCP_SSRC_OFFSET);
    int stream = rtcp.find(ssrc);
    int index = word & ~SrtpTransform.ENCRYPTED;
    int refused = check(rtcp, stream, index);
    if (refused < 0) {
      return refused;
    }
    if (!transform.openRtcp(ssrc, word, segment, offset, length)) {
      return SrtpError.AUTH_FAILED;
    }
    accept(rtcp, stream, ssrc, index);
    return plainLength;
  }

  private int check(ReceivedStreams streams, int stream, long index) {
    if (stream < 0) {
      return streams.size() < maxStreams ? 0 : SrtpError.TOO_MANY_STREAMS;
    }
    return index > PacketIndex.MAX || streams.isReplay(stream, index) ? SrtpError.REPLAY : 0;
  }

  private static void accept(ReceivedStreams streams, int stream, int ssrc, long index) {
    if (stream < 0) {
      streams.add(ssrc, index);
    } else {
      streams.accept(stream, index);
    }
  }

  /** Frees native memory, once. Nothing can be unprotected afterwards. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
      transform.close();
    }
  }
}
