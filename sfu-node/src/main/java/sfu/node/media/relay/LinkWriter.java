package sfu.node.media.relay;

import java.lang.foreign.MemorySegment;
import sfu.node.media.io.NetIo;
import sfu.node.media.io.Path;
import sfu.node.media.transport.WorkerCounters;
import sfu.protocol.rtp.BigEndian;
import sfu.protocol.rtp.RtpPacket;
import sfu.protocol.rtp.Rtx;
import sfu.protocol.srtp.SrtpSender;

/**
 * The last steps of a packet's way to a link: copy the header with its extensions, put other numbers into it, protect,
 * send. The payload goes as cipher text straight from the history, without padding.
 */
final class LinkWriter {
  private static final int PADDING_FLAG = 0x20;
  private static final int MARKER_FLAG = 0x80;

  private final NetIo io;
  private final WorkerCounters counters;

  LinkWriter(NetIo io, WorkerCounters counters) {
    this.io = io;
    this.counters = counters;
  }

  /** Sends a packet that lies at {@code offset}. False if there is no way to the other worker now. */
  boolean send(
      SrtpSender srtp, Path path, MemorySegment segment, long offset, int headerLength, int payloadLength, int ssrc,
      int sequence16) {
    long at = begin(path, segment, offset, headerLength, payloadLength, ssrc, sequence16);
    if (at < 0) {
      return false;
    }
    end(srtp, at, headerLength, headerLength, segment, offset + headerLength, payloadLength);
    return true;
  }

  /** Sends a packet, which went out as {@code originalSequence16}, again (RFC 4588). */
  boolean sendAgain(
      SrtpSender srtp, Path path, MemorySegment segment, long offset, int headerLength, int payloadLength,
      LinkStream stream, int rtxPayloadType, int originalSequence16) {
    long at =
        begin(
            path, segment, offset, headerLength, Rtx.HEADER_LENGTH + payloadLength, stream.rtxSsrc,
            stream.nextRtxSequence());
    if (at < 0) {
      return false;
    }
    MemorySegment out = io.outBuffer();
    int marker = BigEndian.getU8(out, at + RtpPacket.PAYLOAD_TYPE_FIELD_OFFSET) & MARKER_FLAG;
    BigEndian.put8(out, at + RtpPacket.PAYLOAD_TYPE_FIELD_OFFSET, marker | rtxPayloadType);
    int prefix = headerLength + Rtx.writeOriginalSequenceNumber(out, at + headerLength, originalSequence16);
    end(srtp, at, headerLength, prefix, segment, offset + headerLength, payloadLength);
    return true;
  }

  private long begin(
      Path path, MemorySegment segment, long offset, int headerLength, int payloadLength, int ssrc, int sequence16) {
    int room = headerLength + payloadLength + SrtpSender.MAX_OVERHEAD;
    long at = path == null ? -1 : io.reserve(path, room);
    if (at >= 0) {
      MemorySegment out = io.outBuffer();
      MemorySegment.copy(segment, offset, out, at, headerLength);
      int flags = BigEndian.getU8(out, at + RtpPacket.FLAGS_FIELD_OFFSET);
      BigEndian.put8(out, at + RtpPacket.FLAGS_FIELD_OFFSET, flags & ~PADDING_FLAG);
      BigEndian.put16(out, at + RtpPacket.SEQUENCE_NUMBER_FIELD_OFFSET, sequence16);
      BigEndian.put32(out, at + RtpPacket.SSRC_FIELD_OFFSET, ssrc);
    }
    return at;
  }

  private void end(
      SrtpSender srtp, long at, int headerLength, int prefix, MemorySegment payload, long payloadOffset, int length) {
    int total = srtp.protectRtp(io.outBuffer(), at, headerLength, prefix, payload, payloadOffset, length);
    io.commit(total);
    counters.packetsOut++;
    counters.bytesOut += total;
  }
}
