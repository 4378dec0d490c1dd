package sfu.node.media.consumer;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import sfu.node.media.producer.InboundPacket;
import sfu.node.media.transport.LoopContext;
import sfu.protocol.codec.PayloadInfo;
import sfu.protocol.rtp.ExtensionValue;
import sfu.protocol.srtp.SrtpSender;

/**
 * The last steps of a packet's way, for all consumers of one transport: rewrite, protect, send. Writes the header and
 * what changes in the payload into the out buffer; the rest of the payload goes there as cipher text straight from the
 * history.
 */
final class PacketWriter {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int FIXED_HEADER = 12;
  private static final int VERSION_AND_EXTENSION = 0x90;
  private static final int PADDING = 0x20;

  /** Header with extensions, RTX's original sequence number, a rewritten payload descriptor: what comes before the rest. */
  private static final int MAX_PREFIX = FIXED_HEADER + 64 + 2 + 16;

  private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[254]);

  private final ConsumerTransport transport;
  private final LoopContext context;
  private int absSendTime24;

  PacketWriter(ConsumerTransport transport, LoopContext context) {
    this.transport = transport;
    this.context = context;
  }

  /** Sets the time that goes into abs-send-time: seconds in 6.18 fixed point. */
  void beginRun(long nowNanos) {
    absSendTime24 = ExtensionValue.absSendTime(nowNanos);
  }

  /**
   * Sends one packet. Returns the length of its payload in bytes, or -1 if there is no way to the client now.
   */
  int send(Consumer consumer, InboundPacket packet, int span, int sequence16, boolean asRtx) {
    SrtpSender srtp = transport.sender();
    if (srtp == null) {
      return -1;
    }
    int padding = asRtx ? 0 : packet.padding();
    int payload = packet.payloadLength() + padding;
    long at = transport.reserve(MAX_PREFIX + payload + SrtpSender.MAX_OVERHEAD);
    if (at < 0) {
      return -1;
    }
    MemorySegment out = context.io.outBuffer();
    StreamRewriter rewriter = consumer.rewriter();
    ExtensionTemplate extensions = consumer.extensions();
    int type = asRtx ? consumer.rtxPayloadType() : consumer.payloadType();
    writeFixed(
        at,
        padding > 0,
        packet.marker() ? type | 0x80 : type,
        asRtx ? consumer.nextRtxSequence() : sequence16,
        rewriter.timestamp(span, packet.timestamp()),
        asRtx ? consumer.rtxSsrc() : consumer.ssrc());
    int transportSequence =
        extensions.hasTransportSequence() ? transport.nextTransportSequence(FIXED_HEADER + payload) : 0;
    int header =
        FIXED_HEADER + extensions.write(out, at + FIXED_HEADER, packet, absSendTime24, transportSequence);
    int prefix = header;
    if (asRtx) {
      out.set(SHORT, at + prefix, (short) sequence16);
      prefix += 2;
    }
    long source = packet.offset() + packet.headerLength();
    if (packet.isUnderstood()) {
      PayloadInfo info = packet.info();
      int rewritten =
          packet.stream().producer().payloadParser().rewrite(
              packet.segment(),
              source,
              info,
              out,
              at + prefix,
              rewriter.pictureId(span, info.pictureId()) & (1 << info.pictureIdBits()) - 1,
              rewriter.tl0PicIdx(span, info.tl0PicIdx()));
      prefix += rewritten;
      source += rewritten;
      payload -= rewritten;
    }
    commit(srtp.protectRtp(out, at, header, prefix, packet.segment(), source, payload));
    return packet.payloadLength();
  }

  /**
   * Sends a packet that carries nothing but {@code padding} bytes, 1 to 255, on a consumer's RTX stream (RFC 3550, 5.1),
   * whose receivers know that there may be such. Returns false if there is no way to the client now.
   */
  boolean sendPadding(Consumer consumer, int padding) {
    SrtpSender srtp = transport.sender();
    long at = srtp == null ? -1 : transport.reserve(MAX_PREFIX + padding + SrtpSender.MAX_OVERHEAD);
    if (at < 0) {
      return false;
    }
    MemorySegment out = context.io.outBuffer();
    writeFixed(
        at,
        true,
        consumer.rtxPayloadType(),
        consumer.nextRtxSequence(),
        consumer.rewriter().lastTimestamp(),
        consumer.rtxSsrc());
    int transportSequence = transport.nextTransportSequence(FIXED_HEADER + padding);
    int header =
        FIXED_HEADER + consumer.extensions().writeBare(out, at + FIXED_HEADER, absSendTime24, transportSequence);
    MemorySegment.copy(ZEROS, 0, out, at + header, padding - 1L);
    out.set(ValueLayout.JAVA_BYTE, at + header + padding - 1, (byte) padding);
    commit(srtp.protectRtp(out, at, header, header + padding, out, at, 0));
    return true;
  }

  private void writeFixed(long at, boolean padded, int type, int sequence16, int timestamp, int ssrc) {
    MemorySegment out = context.io.outBuffer();
    out.set(ValueLayout.JAVA_BYTE, at, (byte) (padded ? VERSION_AND_EXTENSION | PADDING : VERSION_AND_EXTENSION));
    out.set(ValueLayout.JAVA_BYTE, at + 1, (byte) type);
    out.set(SHORT, at + 2, (short) sequence16);
    out.set(INT, at + 4, timestamp);
    out.set(INT, at + 8, ssrc);
  }

  private void commit(int length) {
    context.io.commit(length);
    context.counters.packetsOut++;
    context.counters.bytesOut += length;
  }
}
