package sfu.load.wire;

import java.util.Locale;
import sfu.protocol.codec.PayloadInfo;
import sfu.protocol.codec.PayloadParser;
import sfu.protocol.ortc.RtpCodecParameters;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.rtcp.Nack;
import sfu.protocol.rtcp.PictureLossIndication;
import sfu.protocol.rtcp.ReportBlock;
import sfu.protocol.rtcp.RtcpWriter;
import sfu.protocol.rtp.RtpPacket;
import sfu.protocol.rtp.Rtx;
import sfu.protocol.rtp.SequenceUnwrapper;
import sfu.protocol.stream.KeyFrameRequester;
import sfu.protocol.stream.NackGenerator;
import sfu.protocol.stream.ReceiveStatistics;
import sfu.protocol.stream.SenderReportState;

/**
 * One consumer: an RTP stream with its retransmissions as it comes in on one transport. Asks for what is missing and
 * for key frames, reports, and tells the stream's meter what arrived. Confined to its loop.
 */
final class InboundStream {

  /** The SSRC of a client that sends nothing on a transport, as Chromium has it. */
  static final int LOCAL_SSRC = 1;

  private static final int MAX_NACKS = 64;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final StreamMeter meter;
  private final Totals totals;
  private final boolean video;
  private final int ssrc;
  private final int rtxSsrc;
  private final int payloadType;
  private final int transportSequenceId;
  private final int clockRateHz;
  private final PayloadParser parser;
  private final PayloadInfo info = new PayloadInfo();
  private final Stamp stamp = new Stamp();
  private final ReceiveStatistics statistics;
  private final NackGenerator nack = new NackGenerator();
  private final KeyFrameRequester keyFrames = new KeyFrameRequester();
  private final SenderReportState senderReport;
  private final int[] missed = new int[MAX_NACKS];
  private final SequenceUnwrapper unwrapper = SequenceUnwrapper.of16Bits();
  private CounterWindow numbers = new CounterWindow();
  private long missingBeforeRestart;
  private boolean begun;
  private InboundStream predecessor;
  private long lastPacketNanos = GapMeter.NEVER;

  InboundStream(StreamMeter meter, RtpParameters parameters) {
    RtpCodecParameters codec = parameters.codecs().getFirst();
    RtpEncodingParameters encoding = parameters.encodings().getFirst();
    this.meter = meter;
    this.totals = meter.totals();
    this.video = codec.mimeType().toLowerCase(Locale.ROOT).startsWith("video/");
    this.ssrc = encoding.ssrc().intValue();
    this.rtxSsrc = encoding.rtx() == null ? 0 : (int) encoding.rtx().ssrc();
    StreamNumbers agreed = StreamNumbers.of(parameters);
    this.payloadType = agreed.payloadType();
    this.transportSequenceId = agreed.transportSequenceId();
    this.clockRateHz = codec.clockRate();
    this.parser = PayloadParser.forMimeType(codec.mimeType());
    this.statistics = new ReceiveStatistics(codec.clockRate());
    this.senderReport = new SenderReportState(codec.clockRate());
  }

  StreamMeter meter() {
    return meter;
  }

  int ssrc() {
    return ssrc;
  }

  /** 0 without RTX. */
  int rtxSsrc() {
    return rtxSsrc;
  }

  /** Of the header extension; 0 if it isn't used. */
  int transportSequenceId() {
    return transportSequenceId;
  }

  /** {@link GapMeter#NEVER} before the first. */
  long lastPacketNanos() {
    return lastPacketNanos;
  }

  /** Takes the place of another one, which goes on until this one flows. */
  void succeeds(InboundStream other) {
    predecessor = other;
  }

  /** Whose place it has taken, once, as soon as it flows; null otherwise. */
  InboundStream takePredecessor() {
    if (predecessor == null || lastPacketNanos == GapMeter.NEVER) {
      return null;
    }
    InboundStream taken = predecessor;
    predecessor = null;
    return taken;
  }

  /** A packet with either of its SSRCs. */
  void onRtp(RtpPacket rtp, long nowNanos) {
    boolean retransmitted = rtp.ssrc() != ssrc;
    long missingBefore = numbers.missing();
    if (retransmitted) {
      // What has no original in it probes for bandwidth.
      if (!Rtx.restore(rtp, ssrc, payloadType) || !statistics.onRecovered(rtp.sequenceNumber())) {
        return;
      }
    } else {
      ReceiveStatistics.Arrival arrival =
          statistics.onPacket(rtp.sequenceNumber(), rtp.timestamp(), rtp.length(), nowNanos);
      if (arrival == ReceiveStatistics.Arrival.DUPLICATE || arrival == ReceiveStatistics.Arrival.SUSPECT) {
        return;
      }
      if (arrival == ReceiveStatistics.Arrival.RESTARTED) {
        missingBeforeRestart += numbers.missing();
        numbers = new CounterWindow();
        missingBefore = 0;
        unwrapper.reset();
        nack.reset();
      }
    }
    numbers.onPacket((int) unwrapper.unwrap(rtp.sequenceNumber()));
    // What was repaired is missing no longer, and lost all the same.
    totals.lost += numbers.missing() - missingBefore + (retransmitted ? 1 : 0);
    totals.repaired += retransmitted ? 1 : 0;
    onFresh(rtp, retransmitted, nowNanos);
  }

  private void onFresh(RtpPacket rtp, boolean retransmitted, long nowNanos) {
    long payload = rtp.offset() + rtp.payloadOffset();
    boolean carries = parser.parse(rtp.segment(), payload, rtp.payloadLength(), info);
    boolean keyFrame = video && carries && info.keyFrame();
    if (video) {
      nack.onPacket(rtp.sequenceNumber(), keyFrame, retransmitted, nowNanos);
      watchKeyFrames(keyFrame, nowNanos);
    }
    if (rtp.payloadLength() > 0) {
      lastPacketNanos = nowNanos;
      boolean stamped = stamp.read(rtp.segment(), payload, rtp.payloadLength());
      meter.onPacket(stamped ? stamp : null, info, rtp.length(), nowNanos);
    }
  }

  private void watchKeyFrames(boolean keyFrame, long nowNanos) {
    if (keyFrame) {
      keyFrames.onKeyFrame(nowNanos);
    } else if (!begun || nack.needsKeyFrame()) {
      keyFrames.request(nowNanos);
    }
    begun = true;
  }

  void onSenderReport(long ntp, int rtpTimestamp, long nowNanos) {
    senderReport.onSenderReport(ntp, rtpTimestamp, nowNanos);
  }

  /** When {@link #poll} has something to say. */
  long nextDeadlineNanos() {
    return Math.min(nack.nextDeadlineNanos(), keyFrames.nextDeadlineNanos());
  }

  /** Asks for what is due now; there must be room for a few hundred bytes. */
  void poll(RtcpWriter writer, long rttNanos, long nowNanos) {
    int count = nack.poll(nowNanos, rttNanos, missed);
    for (int from = 0; from < count; ) {
      int written = Nack.write(writer, LOCAL_SSRC, ssrc, missed, from, count - from);
      if (written == 0) {
        break;
      }
      from += written;
    }
    if (video && nack.needsKeyFrame()) {
      keyFrames.request(nowNanos);
    }
    if (keyFrames.poll(nowNanos, rttNanos)) {
      PictureLossIndication.write(writer, LOCAL_SSRC, ssrc);
    }
  }

  /** Whether anything is to be reported of the time since the last report. */
  boolean prepareReport() {
    return statistics.prepareReport();
  }

  /** Adds what was prepared to the receiver report just begun; false if it is full. */
  boolean report(RtcpWriter writer, long nowNanos) {
    return ReportBlock.append(
        writer,
        ssrc,
        statistics.fractionLost(),
        statistics.cumulativeLost(),
        statistics.extendedHighestSequence(),
        statistics.jitter(),
        senderReport.lastSr(),
        senderReport.delaySinceLastSr(nowNanos));
  }

  /** What the last hop did to it so far; what may still be repaired counts as lost. */
  LinkLoss loss() {
    long repaired = statistics.recovered();
    return new LinkLoss(
        repaired + missingBeforeRestart + numbers.missing(),
        repaired,
        statistics.duplicates(),
        statistics.jitter() * NANOS_PER_SECOND / clockRateHz);
  }
}
