package sfu.node.media.producer;

import java.lang.foreign.MemorySegment;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.RtpCodecParameters;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.rtp.SequenceNumbers;
import sfu.protocol.rtp.SequenceUnwrapper;
import sfu.protocol.stream.BitrateMeter;
import sfu.protocol.stream.KeyFrameRequester;
import sfu.protocol.stream.NackGenerator;
import sfu.protocol.stream.NtpTime;
import sfu.protocol.stream.PacketHistory;
import sfu.protocol.stream.ReceiveStatistics;
import sfu.protocol.stream.SenderReportState;

/**
 * One RTP stream that is received: an encoding (layer) of a producer, with all that is known of it. What it sent lately
 * lies in its history, once, for all viewers. Confined to the loop's thread.
 */
public final class ProducerStream {
  /** Age and bytes of history: what a layer of several Mbit/s sends in a second; audio needs less. */
  private static final long HISTORY_NANOS = 1_000_000_000L;

  /** Long enough for a key frame to be a small part of it. */
  private static final long STEADY_NANOS = 4_000_000_000L;

  /** Longer than usual between two packets. */
  private static final long SILENCE_NANOS = 500_000_000L;

  /** Of {@link #frameInBatch}: it stands on none. */
  static final int NONE = -1;

  private static final long WATCHED = Long.MAX_VALUE;

  private static final int MIN_HISTORY = 1 << 14;
  private static final int MAX_VIDEO_HISTORY = 1 << 20;

  private static final int MAX_AUDIO_HISTORY = 1 << 16;

  private final Producer producer;
  private final int layer;
  private final byte[] ridBytes;
  private final int clockRate;
  private final boolean nackEnabled;
  private final boolean firEnabled;
  private final boolean pliEnabled;
  private final ReceiveStatistics statistics;
  private final BitrateMeter bitrate = new BitrateMeter();
  private final BitrateMeter steadyBitrate = new BitrateMeter(STEADY_NANOS);
  private final NackGenerator nack = new NackGenerator();
  private final KeyFrameRequester keyFrames = new KeyFrameRequester();
  private SenderReportState senderReport;
  private final SequenceUnwrapper unwrapper = SequenceUnwrapper.of16Bits();
  private final PacketHistory history;
  private int ssrc;
  private boolean bound;
  private int rtxSsrc;
  private boolean rtxBound;
  private long senderClockOffsetNanos;
  private long lastPacketNanos = Long.MIN_VALUE;
  private int epoch;
  private int watchers;

  /** Arrival of a packet since which nobody has watched it, the last before its history shrank last at the earliest. */
  private long unwatchedNanos = WATCHED;

  private long lastKeyFrameNanos = Long.MIN_VALUE;
  private boolean reportedActive;
  private long reportedBitrateBps;
  private boolean timestampKnown;
  private int newestTimestamp;
  private long previousFrameNanos = Long.MIN_VALUE;
  boolean touched;

  /** For {@link InboundBatch}: what is arriving, and whether packets of it wait for more. */
  final OpenFrame frame = new OpenFrame();

  private boolean waits;
  private boolean keyFrameWaits;

  /** For {@link FrameEqualizer}, while it works: where the frame that it stands on begins in the batch. */
  int frameInBatch = NONE;

  ProducerStream(Producer producer, int layer, RtpEncodingParameters encoding, RtpCodecParameters codec) {
    boolean video = producer.kind() == MediaKind.VIDEO;
    this.producer = producer;
    this.layer = layer;
    this.ridBytes = Producer.ascii(encoding.rid());
    this.clockRate = codec.clockRate();
    this.nackEnabled = codec.rtcpFeedback().stream().anyMatch(f -> f.type().equals("nack") && f.parameter().isEmpty());
    this.pliEnabled = codec.rtcpFeedback().stream().anyMatch(f -> f.type().equals("nack") && f.parameter().equals("pli"));
    this.firEnabled = codec.rtcpFeedback().stream().anyMatch(f -> f.type().equals("ccm") && f.parameter().equals("fir"));
    this.statistics = new ReceiveStatistics(clockRate);
    this.senderReport = new SenderReportState(clockRate);
    this.history = video
            ? new PacketHistory(MIN_HISTORY, MAX_VIDEO_HISTORY, HISTORY_NANOS)
            : new PacketHistory(MIN_HISTORY, MAX_AUDIO_HISTORY, HISTORY_NANOS);
    history.want(false);
    if (encoding.ssrc() != null) {
      bind(encoding.ssrc().intValue());
    }
    if (encoding.rtx() != null) {
      bindRtx((int) encoding.rtx().ssrc());
    }
  }

  public Producer producer() {
    return producer;
  }

  /** 0 is the lowest. */
  public int layer() {
    return layer;
  }

  /** Empty if it is named by its SSRC. */
  byte[] ridBytes() {
    return ridBytes;
  }

  /** RTP clock rate in Hz. */
  public int clockRate() {
    return clockRate;
  }

  /** Whether its SSRC is known, by its parameters or by a packet that carried its rid. */
  public boolean isBound() {
    return bound;
  }

  public int ssrc() {
    return ssrc;
  }

  void bind(int ssrc) {
    this.ssrc = ssrc;
    this.bound = true;
  }

  boolean isRtxBound() {
    return rtxBound;
  }

  public int rtxSsrc() {
    return rtxSsrc;
  }

  void bindRtx(int ssrc) {
    this.rtxSsrc = ssrc;
    this.rtxBound = true;
  }

  ReceiveStatistics statistics() {
    return statistics;
  }

  NackGenerator nack() {
    return nack;
  }

  boolean isNackEnabled() {
    return nackEnabled;
  }

  boolean isPliEnabled() {
    return pliEnabled;
  }

  boolean isFirEnabled() {
    return firEnabled;
  }

  KeyFrameRequester keyFrames() {
    return keyFrames;
  }

  /** When its sender is to be asked for something, {@link Long#MAX_VALUE} if for nothing. */
  public long requestDeadlineNanos() {
    return Math.min(nack.nextDeadlineNanos(), keyFrames.nextDeadlineNanos());
  }

  /** On which wall clock its sender is: this RTP time is that NTP time. */
  public void onSenderReport(long ntp, int rtpTimestamp, long nowNanos) {
    senderReport.onSenderReport(ntp, rtpTimestamp, nowNanos);
    senderClockOffsetNanos = NtpTime.toUnixNanos(ntp) - nowNanos;
  }

  /** What the sender's wall clock shows now, in nanoseconds since 1970, by its last report, which must be known. */
  public long senderNanosAt(long nowNanos) {
    return nowNanos + senderClockOffsetNanos;
  }

  /** The last sender report: maps RTP time to the sender's wall clock. */
  public SenderReportState senderReport() {
    return senderReport;
  }

  /** What was received lately, decrypted. */
  public PacketHistory history() {
    return history;
  }

  long unwrap(int sequence) {
    return unwrapper.unwrap(sequence);
  }

  /** The sender numbers its packets anew. */
  void restart() {
    epoch++;
    frame.reset();
    nack.reset();
    unwrapper.reset();
    timestampKnown = false;
    senderReport = new SenderReportState(clockRate);
  }

  /** Counts restarts: packets of different epochs are numbered apart. */
  int epoch() {
    return epoch;
  }

  /** Somebody sends it on, or means to. Each call is to be taken back by {@link #unwatch}. */
  public void watch() {
    if (watchers++ == 0) {
      unwatchedNanos = WATCHED;
      history.want(true);
      producer.host().watchedChanged(producer);
    }
  }

  public void unwatch() {
    if (--watchers == 0) {
      history.want(false);
      producer.host().watchedChanged(producer);
    }
  }

  public boolean isWatched() {
    return watchers > 0;
  }

  void onKeyFrame(long nowNanos) {
    keyFrames.onKeyFrame(nowNanos);
    lastKeyFrameNanos = nowNanos;
  }

  /** Whether a key frame was asked for and has not begun to arrive. */
  public boolean isAwaitingKeyFrame() {
    return keyFrames.isWaiting();
  }

  /** Whether the beginning of a key frame came in this turn, or waits since an earlier one: it is about to be offered. */
  public boolean isKeyFrameAtHand(long nowNanos) {
    return lastKeyFrameNanos == nowNanos || keyFrameWaits;
  }

  /** A packet waits for the rest of its frame. */
  void waits(InboundPacket packet) {
    waits = true;
    keyFrameWaits |= packet.beginsKeyFrame();
  }

  void waitsNoMore() {
    waits = false;
    keyFrameWaits = false;
  }

  boolean isWaiting() {
    return waits;
  }

  /** When the last key frame began to arrive; {@link Long#MIN_VALUE} before the first. */
  public long lastKeyFrameNanos() {
    return lastKeyFrameNanos;
  }

  void received(int bytes, int timestamp, long nowNanos) {
    bitrate.add(bytes, nowNanos);
    steadyBitrate.add(bytes, nowNanos);
    if (nowNanos - lastPacketNanos >= SILENCE_NANOS && lastPacketNanos != Long.MIN_VALUE) {
      keyFrames.onSenderBack(nowNanos);
    }
    if (!timestampKnown || SequenceNumbers.isNewer32(timestamp, newestTimestamp)) {
      timestampKnown = true;
      newestTimestamp = timestamp;
      previousFrameNanos = lastPacketNanos;
    }
    lastPacketNanos = nowNanos;
  }

  /** When the last packet before the newest frame came; {@link Long#MIN_VALUE} before the second frame. */
  public long previousFrameNanos() {
    return previousFrameNanos;
  }

  /** Arrival of its last packet; {@link Long#MIN_VALUE} before the first. */
  public long lastPacketNanos() {
    return lastPacketNanos;
  }

  /** Received over the last second, in bit/s of RTP. */
  public long bitrateBps(long nowNanos) {
    return bitrate.bitrateBps(nowNanos);
  }

  /** What its sender sent over the last four seconds, in bit/s of RTP: what to plan with. */
  public long steadyBitrateBps(long nowNanos) {
    return producer.isRelayed() ? reportedBitrateBps : steadyBitrate.bitrateBps(nowNanos);
  }

  /**
   * The worker that receives it says whether its sender sends it and at which rate, in bit/s, whatever crosses to
   * here.
   */
  public void report(boolean active, long bitrateBps) {
    reportedActive = active;
    reportedBitrateBps = bitrateBps;
  }

  boolean isReportedActive() {
    return reportedActive;
  }

  /** Asks the client for a key frame, now or as soon as the throttle allows; a stream still to come begins with one. */
  public void requestKeyFrame(long nowNanos) {
    if (producer.kind() == MediaKind.VIDEO && lastPacketNanos != Long.MIN_VALUE) {
      keyFrames.request(nowNanos);
      wakeHost(nowNanos);
    }
  }

  /** Sees to it that what is to be asked for is asked for in time. */
  void wakeHost(long nowNanos) {
    long deadline = requestDeadlineNanos();
    if (deadline != Long.MAX_VALUE) {
      producer.host().wakeAt(Math.max(deadline, nowNanos));
    }
  }

  MemorySegment historySegment() {
    return history.segment();
  }

  void endBatch() {
    touched = false;
    history.endBatch();
    // Whoever watched it until then may still ask for what it kept; after that nobody can. A frame that was larger than
    // what is kept makes it grow again.
    if (watchers == 0) {
      if (unwatchedNanos == WATCHED) {
        unwatchedNanos = lastPacketNanos;
      } else if (lastPacketNanos - unwatchedNanos > HISTORY_NANOS && history.shrink()) {
        unwatchedNanos = lastPacketNanos;
      }
    }
  }

  void close() {
    history.close();
  }
}
