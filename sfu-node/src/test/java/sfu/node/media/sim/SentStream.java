package sfu.node.media.sim;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import sfu.protocol.rtp.ExtensionValue;
import sfu.protocol.rtp.RtpHeaderWriter;

/** One RTP stream that a client sends: numbers its packets, keeps them for a while and sends them again when asked. */
final class SentStream {
  private static final int KEPT = 2048;
  private static final int MAX_HEADER = 64;

  /** A packet as it may be sent again. */
  private record Kept(int sequence, int timestamp, boolean marker, byte[] payload) {}

  final int ssrc;
  final int layer;
  private final Publisher publisher;
  private final int payloadType;
  private final int rtxPayloadType;
  private final String mid;
  private final String rid;
  private final int clockRate;
  private int timestampBase;
  private final Kept[] kept = new Kept[KEPT];
  private final RtpHeaderWriter header = new RtpHeaderWriter();
  private int sequence;
  private int rtxSequence;

  /** Whether a report block was about it. */
  boolean reported;

  /** The next packet that fits leaves and never arrives. */
  Predicate<Stamp> lost = stamp -> false;

  /** As it was sent last, encrypted. */
  byte[] lastDatagram;

  long packets;
  long bytes;
  long resent;
  long nacked;
  long keyFrameRequests;
  long firstKeyFrameRequestNanos;

  SentStream(
      Publisher publisher, int layer, int payloadType, int rtxPayloadType, String mid, String rid, int clockRate,
      SplittableRandom random) {
    this.publisher = publisher;
    this.layer = layer;
    this.payloadType = payloadType;
    this.rtxPayloadType = rtxPayloadType;
    this.mid = mid;
    this.rid = rid;
    this.clockRate = clockRate;
    // Near the wrap, so that it happens.
    this.timestampBase = -random.nextInt(clockRate * 5);
    // Far from the wrap: a receiver that misses the packets before it could never tell the round (RFC 3711, 3.3.1).
    this.sequence = random.nextInt(1 << 15);
    this.ssrc = random.nextInt();
  }

  int rtxSsrc() {
    return ssrc ^ 0x5555;
  }

  int timestampAt(long nanos) {
    return timestampBase + (int) (nanos / 1000 * clockRate / 1_000_000);
  }

  /** Sends a packet; {@code audioLevel} -1 for none. */
  void send(byte[] payload, boolean marker, long capturedNanos, int audioLevel) {
    Kept packet = new Kept(sequence++ & 0xffff, timestampAt(capturedNanos), marker, payload);
    kept[packet.sequence & (KEPT - 1)] = packet;
    packets++;
    if (lost.test(Stamp.read(payload))) {
      lost = stamp -> false;
      return;
    }
    lastDatagram = transmit(packet, false, audioLevel);
  }

  /** Goes on so much further, as a sender that lost its state. */
  void skip(int numbers) {
    sequence += numbers;
  }

  /** Its clock jumps. */
  void jump(int ticks) {
    timestampBase += ticks;
  }

  void onNack(int sequence16) {
    nacked++;
    Kept packet = kept[sequence16 & (KEPT - 1)];
    if (packet != null && packet.sequence == sequence16 && rtxPayloadType >= 0) {
      resent++;
      transmit(packet, true, -1);
    }
  }

  private byte[] transmit(Kept packet, boolean asRtx, int audioLevel) {
    byte[] buffer = new byte[MAX_HEADER + 2 + packet.payload.length];
    MemorySegment segment = MemorySegment.ofArray(buffer);
    header.begin(
        segment,
        0,
        MAX_HEADER,
        packet.marker,
        asRtx ? rtxPayloadType : payloadType,
        asRtx ? rtxSequence++ : packet.sequence,
        packet.timestamp,
        asRtx ? rtxSsrc() : ssrc);
    // As libwebrtc does: named until a report shows that the receiver knows the SSRC, which for RTX none does.
    if (asRtx || !reported) {
      appendText(Extensions.MID, mid);
      if (rid != null) {
        appendText(asRtx ? Extensions.REPAIRED_RID : Extensions.RID, rid);
      }
    }
    header.appendExtension(Extensions.ABS_SEND_TIME, ExtensionValue.ABS_SEND_TIME_LENGTH);
    header.appendExtension(Extensions.TRANSPORT_WIDE_CC, ExtensionValue.TRANSPORT_SEQUENCE_LENGTH);
    if (audioLevel >= 0) {
      header.appendExtension(Extensions.AUDIO_LEVEL, ExtensionValue.AUDIO_LEVEL_LENGTH);
      ExtensionValue.writeAudioLevel(segment, header.extensionOffset(Extensions.AUDIO_LEVEL), audioLevel, true);
    }
    int headerLength = header.end();
    int at = headerLength;
    if (asRtx) {
      buffer[at++] = (byte) (packet.sequence >>> 8);
      buffer[at++] = (byte) packet.sequence;
    }
    System.arraycopy(packet.payload, 0, buffer, at, packet.payload.length);
    int length = at + packet.payload.length;
    if (!asRtx) {
      bytes += length;
    }
    ExtensionValue.writeAbsSendTime(
        segment, header.extensionOffset(Extensions.ABS_SEND_TIME), publisher.clock().getAsLong());
    ExtensionValue.writeTransportSequence(
        segment, header.extensionOffset(Extensions.TRANSPORT_WIDE_CC), publisher.nextTransportSequence(length));
    return publisher.transport().sendRtp(Arrays.copyOf(buffer, length), headerLength);
  }

  private void appendText(int id, String text) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    header.appendExtension(id, MemorySegment.ofArray(ascii), 0, ascii.length);
  }
}
