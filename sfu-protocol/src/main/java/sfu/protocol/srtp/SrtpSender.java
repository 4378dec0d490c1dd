package sfu.protocol.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Protects the packets of one direction of one transport. Confined to the thread that made it.
 *
 * <p>Keeps a rollover counter for each SSRC it ever sent, about 24 bytes. A new SSRC starts in round 0, so start its
 * sequence numbers below 2^15: if the first packets are lost around a wrap, no receiver can tell the round.
 */
public final class SrtpSender implements AutoCloseable {
  /** The most that a packet grows by under any profile, in bytes. */
  public static final int MAX_OVERHEAD = 20;

  private final Arena arena;
  private final SrtpTransform transform;
  private final SentStreams streams = new SentStreams();
  private int rtcpIndex;

  SrtpSender(Arena arena, SrtpTransform transform) {
    this.arena = arena;
    this.transform = transform;
  }

  /** What an RTP packet grows by, in bytes. */
  public int overhead() {
    return transform.rtpOverhead();
  }

  /**
   * Protects an RTP packet (RFC 3711, 3.3) without copying its payload. A sequence number may go back a little, for a
   * retransmission; its index is guessed from the highest sent.
   *
   * <p>Never send two different payloads under one SSRC and sequence number: they would share a key stream, and with GCM
   * give away the authentication key.
   *
   * @param dst holds {@code prefixLength} bytes of the packet: its header, then as much rewritten payload as there is
   * @param headerLength of the RTP header with CSRCs and extension, in bytes
   * @param src the rest of the payload; must not overlap what is written
   * @return the length of the SRTP packet, in bytes
   * @throws IndexOutOfBoundsException if {@code dst} has no room for the tag or a length lies outside its segment
   */
  public int protectRtp(MemorySegment dst, long dstOffset, int headerLength, int prefixLength,
      MemorySegment src, long srcOffset, int srcLength) {
    Objects.checkFromToIndex(Bytes.RTP_HEADER_LENGTH, headerLength, prefixLength);
    int length = prefixLength + srcLength + transform.rtpOverhead();
    Objects.checkFromIndexSize(dstOffset, length, dst.byteSize());
    int ssrc = dst.get(Bytes.INT, dstOffset + Bytes.RTP_SSRC_OFFSET);
    int sequence = dst.get(Bytes.SHORT, dstOffset + Bytes.RTP_SEQUENCE_OFFSET) & 0xffff;
    long index = streams.next(ssrc, sequence);
    transform.sealRtp(ssrc, index, dst, dstOffset, headerLength, prefixLength, src, srcOffset, srcLength);
    return length;
  }

  /**
   * Protects a compound RTCP packet in place (RFC 3711, 3.4), always encrypted.
   *
   * @return the length of the SRTCP packet, in bytes
   * @throws IndexOutOfBoundsException if the segment has no room for the overhead, or {@code length} is below 8
   * @throws IllegalStateException after 2^31 packets, when the key must not be used any more
   */
  public int protectRtcp(MemorySegment segment, long offset, int length) {
    Objects.checkIndex(Bytes.RTCP_HEADER_LENGTH, length + 1);
    int protectedLength = length + transform.rtcpOverhead();
    Objects.checkFromIndexSize(offset, protectedLength, segment.byteSize());
    if (rtcpIndex < 0) {
      throw new IllegalStateException("2^31 RTCP packets were sent under one key; the transport needs new ones");
    }
    // One counter for all SSRCs: a receiver allows gaps, and no index repeats under the key.
    int ssrc = segment.get(Bytes.INT, offset + Bytes.RTCP_SSRC_OFFSET);
    transform.sealRtcp(ssrc, rtcpIndex++, segment, offset, length);
    return protectedLength;
  }

  /** Frees native memory, once. Nothing can be protected afterwards. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
      transform.close();
    }
  }
}
