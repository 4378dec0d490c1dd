package sfu.load.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;
import sfu.protocol.rtcp.RtcpWriter;
import sfu.protocol.rtcp.SenderReport;
import sfu.protocol.rtcp.SourceDescription;
import sfu.protocol.rtp.ExtensionValue;
import sfu.protocol.rtp.RtpHeaderWriter;
import sfu.protocol.rtp.RtpPacket;
import sfu.protocol.rtp.Rtx;
import sfu.protocol.stream.NtpTime;
import sfu.protocol.stream.PacketHistory;

/**
 * One RTP stream (one SSRC, a layer) that is sent on one transport: numbers packets, keeps video for a second, and
 * sends it again when asked (RFC 4588). Confined to its loop.
 */
final class OutboundStream implements AutoCloseable {

  /** Of an audio level: none. */
  static final int NO_LEVEL = -1;

  private static final int HEAD_BYTES = 256;
  private static final int MIN_HISTORY_BYTES = 1 << 14;
  private static final int MAX_HISTORY_BYTES = 1 << 19;
  private static final long HISTORY_NANOS = 1_000_000_000L;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final RtpOut out;
  private final Scratch scratch;
  private final StreamNumbers numbers;
  private final byte[] rid;
  private final int ssrc;
  private final int rtxSsrc;
  private final PacketHistory history;
  private final PacketHistory.Found found = new PacketHistory.Found();
  private final RtpPacket original = new RtpPacket();
  private final RtpHeaderWriter header = new RtpHeaderWriter();
  private final int timestampBase;
  private int sequence;
  private int rtxSequence;
  private boolean known;
  private long packets;
  private long payloadBytes;
  private long retransmitted;

  /** {@code rid}: of a layer that the server is to know by it, empty if it was told the SSRC. */
  OutboundStream(RtpOut out, Scratch scratch, StreamNumbers numbers, byte[] rid, int ssrc, RandomGenerator random) {
    this.out = out;
    this.scratch = scratch;
    this.numbers = numbers;
    this.rid = rid;
    this.ssrc = ssrc;
    this.rtxSsrc = ssrc + 1;
    this.timestampBase = random.nextInt();
    // Below 2^15, so that a loss around the wrap leaves nobody in doubt about the rollover counter.
    this.sequence = random.nextInt(1 << 15);
    this.rtxSequence = random.nextInt(1 << 15);
    this.history =
        numbers.rtxPayloadType() == 0
            ? null
            : new PacketHistory(MIN_HISTORY_BYTES, MAX_HISTORY_BYTES, HISTORY_NANOS);
  }

  int ssrc() {
    return ssrc;
  }

  /**
   * Sends a packet.
   *
   * @param mediaNanos when it was captured: what its timestamp counts from any fixed begin
   * @param audioLevel in -dBov, or {@link #NO_LEVEL}
   */
  void send(MemorySegment payload, int length, boolean marker, long mediaNanos, int audioLevel, long nowNanos) {
    int timestamp = timestampAt(mediaNanos);
    int headerLength =
        writeHeader(marker, numbers.payloadType(), sequence, timestamp, ssrc, numbers.ridId(), audioLevel, nowNanos);
    if (history != null) {
      keep(headerLength, payload, length, nowNanos);
    }
    out.sendRtp(scratch.head, headerLength, headerLength, payload, 0, length);
    sequence = sequence + 1 & 0xffff;
    packets++;
    payloadBytes += length;
  }

  private void keep(int headerLength, MemorySegment payload, int length, long nowNanos) {
    long at = history.reserve(headerLength + length);
    if (at >= 0) {
      MemorySegment.copy(scratch.head, 0, history.segment(), at, headerLength);
      MemorySegment.copy(payload, 0, history.segment(), at + headerLength, length);
      history.commit(sequence, headerLength + length, nowNanos);
      history.endBatch();
    }
  }

  /** Somebody missed a packet. */
  void onNack(int missed, long nowNanos) {
    if (history == null || !history.find(missed, nowNanos, found)) {
      return;
    }
    original.wrap(found.segment(), found.offset(), found.length());
    int headerLength =
        writeHeader(
            original.marker(),
            numbers.rtxPayloadType(),
            rtxSequence,
            original.timestamp(),
            rtxSsrc,
            numbers.repairedRidId(),
            NO_LEVEL,
            nowNanos);
    int prefixLength = headerLength + Rtx.writeOriginalSequenceNumber(scratch.head, headerLength, missed);
    out.sendRtp(
        scratch.head,
        headerLength,
        prefixLength,
        found.segment(),
        found.offset() + original.payloadOffset(),
        original.payloadLength());
    rtxSequence = rtxSequence + 1 & 0xffff;
    retransmitted++;
  }

  private int writeHeader(
      boolean marker, int payloadType, int number, int timestamp, int withSsrc, int ridId, int level, long nowNanos) {
    MemorySegment head = scratch.head;
    header.begin(head, 0, HEAD_BYTES, marker, payloadType, number, timestamp, withSsrc);
    if (!known) {
      appendText(numbers.midId(), numbers.mid());
      appendText(ridId, rid);
    }
    boolean timed = header.appendExtension(numbers.absSendTimeId(), ExtensionValue.ABS_SEND_TIME_LENGTH);
    boolean numbered = header.appendExtension(numbers.transportSequenceId(), ExtensionValue.TRANSPORT_SEQUENCE_LENGTH);
    boolean levelled =
        level != NO_LEVEL && header.appendExtension(numbers.audioLevelId(), ExtensionValue.AUDIO_LEVEL_LENGTH);
    int length = header.end();
    if (timed) {
      ExtensionValue.writeAbsSendTime(head, header.extensionOffset(numbers.absSendTimeId()), nowNanos);
    }
    if (numbered) {
      ExtensionValue.writeTransportSequence(
          head, header.extensionOffset(numbers.transportSequenceId()), out.nextTransportSequence());
    }
    if (levelled) {
      ExtensionValue.writeAudioLevel(head, header.extensionOffset(numbers.audioLevelId()), level, true);
    }
    return length;
  }

  private void appendText(int id, byte[] text) {
    if (text.length > 0 && header.appendExtension(id, text.length)) {
      MemorySegment.copy(text, 0, scratch.head, ValueLayout.JAVA_BYTE, header.extensionOffset(id), text.length);
    }
  }

  private int timestampAt(long mediaNanos) {
    long seconds = Math.floorDiv(mediaNanos, NANOS_PER_SECOND);
    long rest = mediaNanos - seconds * NANOS_PER_SECOND;
    return timestampBase + (int) (seconds * numbers.clockRateHz() + rest * numbers.clockRateHz() / NANOS_PER_SECOND);
  }

  /** A report came of it: the server knows whose it is, and what says so can be left out. */
  void onReported() {
    known = true;
  }

  /** Appends a sender report and the canonical name, if anything was sent. */
  void report(RtcpWriter writer, byte[] cname, long wallNanos, long nowNanos) {
    if (packets > 0
        && SenderReport.write(
            writer, ssrc, NtpTime.ofUnixNanos(wallNanos), timestampAt(nowNanos), packets, payloadBytes)) {
      SourceDescription.write(writer, ssrc, cname);
    }
  }

  long packets() {
    return packets;
  }

  long retransmitted() {
    return retransmitted;
  }

  @Override
  public void close() {
    if (history != null) {
      history.close();
    }
  }
}
