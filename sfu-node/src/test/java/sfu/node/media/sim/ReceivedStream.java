package sfu.node.media.sim;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import sfu.protocol.codec.PayloadInfo;
import sfu.protocol.codec.PayloadParser;
import sfu.protocol.ortc.RtpCodecParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.rtp.RtpPacket;
import sfu.protocol.rtp.Rtx;
import sfu.protocol.rtp.SequenceUnwrapper;
import sfu.protocol.stream.KeyFrameRequester;
import sfu.protocol.stream.NackGenerator;
import sfu.protocol.stream.ReceiveStatistics;
import sfu.protocol.stream.SenderReportState;

/**
 * What a viewer makes of one consumer's packets: frames put together, decoded in order where each continues the one
 * before it or is a key frame, with NACK and key-frame requests as a browser has them.
 */
final class ReceivedStream {
  private static final long STUCK_NANOS = VirtualClock.SECOND;
  private static final long FIRST_FRAME_PATIENCE_NANOS = 200 * VirtualClock.MILLI;

  /** A frame that could be decoded. {@code atNanos}: when its last packet was there. */
  record Decoded(
      long atNanos, Stamp stamp, boolean continues, int timestamp, int pictureId, int tl0PicIdx, int temporalLayer) {
    long delayNanos() {
      return atNanos - stamp.capturedNanos();
    }
  }

  private static final class Frame {
    final long start;
    final Stamp first;
    final PayloadInfo info = new PayloadInfo();
    final int timestamp;
    int packets;
    boolean marked;

    Frame(long start, Stamp stamp, int timestamp) {
      this.start = start;
      this.first = stamp;
      this.timestamp = timestamp;
    }

    boolean isComplete() {
      return packets == first.count();
    }
  }

  final String consumerId;
  final RtpParameters parameters;
  final int ssrc;
  final NackGenerator nack = new NackGenerator();
  final KeyFrameRequester keyFrames = new KeyFrameRequester();
  final ReceiveStatistics statistics;
  final SenderReportState senderReport;
  final List<Decoded> decoded = new ArrayList<>();

  /** From capture to arrival, of each packet that came by retransmission and was missing. */
  final List<Long> repairNanos = new ArrayList<>();

  private final int payloadType;
  private final int rtxPayloadType;
  private final int rtxSsrc;
  private final PayloadParser parser;
  private final SequenceUnwrapper unwrapper = SequenceUnwrapper.of16Bits();
  private final Set<Long> seen = new HashSet<>();
  private final TreeMap<Long, Frame> frames = new TreeMap<>();
  private final boolean audio;
  private long nextStart = Long.MIN_VALUE;
  private long firstSequence = Long.MIN_VALUE;
  private long highest = Long.MIN_VALUE;
  private long firstPacketNanos = Long.MIN_VALUE;
  private long lastDecodedNanos = Long.MIN_VALUE;

  /** Since when something lies here undecoded. */
  private long undecodedNanos = Long.MIN_VALUE;

  /** Off: payloads are anything, and merely counted. */
  boolean trusting = true;

  long packets;
  long duplicates;

  /** Packets of the past that came again, though nobody had asked: they probe for bandwidth. */
  long repeated;

  long outOfOrder;
  long keyFrameRequests;
  int lastAudioLevel = -1;
  Stamp firstStamp;

  ReceivedStream(String consumerId, RtpParameters parameters) {
    RtpCodecParameters codec = parameters.codecs().getFirst();
    this.consumerId = consumerId;
    this.parameters = parameters;
    this.ssrc = parameters.encodings().getFirst().ssrc().intValue();
    this.payloadType = codec.payloadType();
    this.rtxPayloadType = parameters.codecs().size() > 1 ? parameters.codecs().get(1).payloadType() : -1;
    this.rtxSsrc = rtxPayloadType < 0 ? 0 : (int) parameters.encodings().getFirst().rtx().ssrc();
    this.parser = PayloadParser.forMimeType(codec.mimeType());
    this.audio = codec.mimeType().startsWith("audio/");
    this.statistics = new ReceiveStatistics(codec.clockRate());
    this.senderReport = new SenderReportState(codec.clockRate());
  }

  boolean isAudio() {
    return audio;
  }

  boolean isOurs(int otherSsrc) {
    return otherSsrc == ssrc || rtxPayloadType >= 0 && otherSsrc == rtxSsrc;
  }

  void onPacket(RtpPacket rtp, long now) {
    checkMid(rtp);
    if (rtp.hasExtension(Extensions.AUDIO_LEVEL)) {
      lastAudioLevel = rtp.segment().get(
          ValueLayout.JAVA_BYTE, rtp.offset() + rtp.extensionOffset(Extensions.AUDIO_LEVEL)) & 0x7f;
    }
    boolean recovered = rtp.payloadType() == rtxPayloadType && rtp.ssrc() == rtxSsrc;
    if (recovered && rtp.payloadLength() == 0) {
      // Nothing but padding probes for bandwidth, too.
      return;
    }
    if (recovered && !Rtx.restore(rtp, ssrc, payloadType) && trusting) {
      throw new AssertionError("a retransmission without an original");
    }
    if (rtp.payloadType() != payloadType || rtp.ssrc() != ssrc) {
      throw new AssertionError("payload type " + rtp.payloadType() + ", SSRC " + rtp.ssrc());
    }
    int sequence16 = rtp.sequenceNumber();
    if (recovered) {
      statistics.onRecovered(sequence16);
    } else {
      packets++;
      statistics.onPacket(sequence16, rtp.timestamp(), rtp.length(), now);
    }
    long sequence = unwrapper.unwrap(sequence16);
    if (!seen.add(sequence)) {
      if (recovered) {
        repeated++;
      } else {
        duplicates++;
      }
      return;
    }
    note(sequence, now);
    if (!trusting) {
      return;
    }
    byte[] payload =
        rtp.segment()
            .asSlice(rtp.offset() + rtp.payloadOffset(), rtp.payloadLength())
            .toArray(ValueLayout.JAVA_BYTE);
    Stamp stamp = Stamp.read(payload);
    if (firstStamp == null) {
      firstStamp = stamp;
    }
    // What decoding has left behind may come late, but is of no use any more.
    if (sequence - stamp.index() >= nextStart) {
      Frame frame =
          frames.computeIfAbsent(sequence - stamp.index(), start -> new Frame(start, stamp, rtp.timestamp()));
      add(frame, stamp, rtp, payload);
    }
    boolean beginsKeyFrame = stamp.keyFrame() && stamp.index() == 0;
    boolean wasMissing = nack.onPacket(sequence16, beginsKeyFrame, recovered, now);
    if (wasMissing && recovered) {
      repairNanos.add(now - stamp.capturedNanos());
    }
    if (beginsKeyFrame) {
      keyFrames.onKeyFrame(now);
    }
    decode(now);
  }

  private void checkMid(RtpPacket rtp) {
    int at = rtp.extensionOffset(Extensions.MID);
    byte[] mid = parameters.mid().getBytes(StandardCharsets.US_ASCII);
    byte[] sent =
        at < 0
            ? new byte[0]
            : rtp.segment()
                .asSlice(rtp.offset() + at, rtp.extensionLength(Extensions.MID))
                .toArray(ValueLayout.JAVA_BYTE);
    if (!Arrays.equals(mid, sent)) {
      throw new AssertionError("mid " + new String(sent) + " on the stream of " + parameters.mid());
    }
  }

  private void note(long sequence, long now) {
    if (undecodedNanos == Long.MIN_VALUE) {
      undecodedNanos = now;
    }
    if (firstSequence == Long.MIN_VALUE) {
      firstSequence = sequence;
      firstPacketNanos = now;
    }
    outOfOrder += highest != Long.MIN_VALUE && sequence != highest + 1 ? 1 : 0;
    highest = Math.max(highest, sequence);
  }

  private void add(Frame frame, Stamp stamp, RtpPacket rtp, byte[] payload) {
    if (frame.first.frame() != stamp.frame() || frame.first.layer() != stamp.layer()) {
      throw new AssertionError("packets of two frames under the numbers of one: " + frame.first + ", " + stamp);
    }
    if (frame.timestamp != rtp.timestamp()) {
      throw new AssertionError("two timestamps in one frame");
    }
    frame.packets++;
    frame.marked |= rtp.marker();
    if (stamp.index() == 0) {
      parser.parse(MemorySegment.ofArray(payload), 0, payload.length, frame.info);
    }
  }

  private void decode(long now) {
    while (true) {
      Frame next = nextStart == Long.MIN_VALUE ? null : frames.get(nextStart);
      boolean continues = next != null && next.isComplete();
      if (!continues) {
        next = nextKeyFrame();
        if (next == null) {
          return;
        }
      }
      decoded.add(
          new Decoded(
              now, next.first, continues, next.timestamp, next.info.pictureId(), next.info.tl0PicIdx(),
              next.info.temporalLayer()));
      lastDecodedNanos = now;
      nextStart = next.start + next.first.count();
      frames.headMap(nextStart).clear();
      undecodedNanos = frames.isEmpty() ? Long.MIN_VALUE : now;
    }
  }

  private Frame nextKeyFrame() {
    for (Map.Entry<Long, Frame> entry : frames.entrySet()) {
      Frame frame = entry.getValue();
      if (frame.isComplete() && frame.first.keyFrame()) {
        return frame;
      }
    }
    return null;
  }

  /** Whether the viewer needs a key frame to go on. */
  boolean isStuck(long now) {
    if (audio || firstPacketNanos == Long.MIN_VALUE) {
      return false;
    }
    if (lastDecodedNanos == Long.MIN_VALUE) {
      return now - firstPacketNanos >= FIRST_FRAME_PATIENCE_NANOS;
    }
    return nack.needsKeyFrame() || undecodedNanos != Long.MIN_VALUE && now - undecodedNanos >= STUCK_NANOS;
  }

  // -- what a test asks ----------------------------------------------------------------------------------------------

  /** Numbers between the first and the highest that never came. */
  long missing() {
    return firstSequence == Long.MIN_VALUE ? 0 : highest - firstSequence + 1 - seen.size();
  }

  /** The number of the packet that came so many before the last, as it is on the wire. */
  int recentSequence(int before) {
    return (int) (highest - before) & 0xffff;
  }

  /** How often decoding could not go on with the next number but had to jump to a key frame. */
  long interruptions() {
    return decoded.stream().skip(1).filter(frame -> !frame.continues()).count();
  }

  int lastLayer() {
    return decoded.isEmpty() ? -1 : decoded.getLast().stamp().layer();
  }

  Decoded firstDecodedSince(long nanos) {
    return decoded.stream().filter(frame -> frame.atNanos() >= nanos).findFirst().orElse(null);
  }

  long decodedBetween(long fromNanos, long untilNanos) {
    return decoded.stream()
        .filter(frame -> frame.stamp().capturedNanos() >= fromNanos && frame.stamp().capturedNanos() < untilNanos)
        .count();
  }

  /** Of that share of the decoded frames since then, the delay from capture, in milliseconds. */
  double delayMillis(double share, long sinceNanos) {
    long[] delays =
        decoded.stream().filter(f -> f.atNanos() >= sinceNanos).mapToLong(Decoded::delayNanos).sorted().toArray();
    return delays.length == 0 ? Double.NaN : delays[(int) Math.min(delays.length - 1, delays.length * share)] / 1e6;
  }

  /** Of that share of the repaired packets, the time from capture to arrival, in milliseconds. */
  double repairMillis(double share) {
    long[] sorted = repairNanos.stream().mapToLong(Long::longValue).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, sorted.length * share)] / 1e6;
  }

  /** The longest time between two decoded frames since then, in milliseconds. */
  double longestGapMillis(long sinceNanos) {
    long longest = 0;
    long last = sinceNanos;
    for (Decoded frame : decoded) {
      if (frame.atNanos() >= sinceNanos) {
        longest = Math.max(longest, frame.atNanos() - last);
        last = frame.atNanos();
      }
    }
    return longest / 1e6;
  }

  /** How far timestamps and capture times drift apart between frames since then, at most, in milliseconds. */
  double skewMillis(long sinceNanos) {
    List<Decoded> since = decoded.stream().filter(frame -> frame.atNanos() >= sinceNanos).toList();
    Decoded first = since.getFirst();
    double worst = 0;
    for (Decoded frame : since) {
      double byTimestamp = (frame.timestamp() - first.timestamp()) / 90.0;
      double byCapture = (frame.stamp().capturedNanos() - first.stamp().capturedNanos()) / 1e6;
      worst = Math.max(worst, Math.abs(byTimestamp - byCapture));
    }
    return worst;
  }

  /** Fails where a decoder would see a seam: in timestamps, picture ids or base layer indices. */
  void checkSeams() {
    for (int i = 1; i < decoded.size(); i++) {
      Decoded before = decoded.get(i - 1);
      Decoded after = decoded.get(i);
      if (after.timestamp() - before.timestamp() <= 0) {
        throw new AssertionError("the timestamp went back between " + before + " and " + after);
      }
      if (before.pictureId() >= 0 && after.continues()) {
        if (after.pictureId() != (before.pictureId() + 1 & 0x7fff)) {
          throw new AssertionError("picture ids between " + before + " and " + after);
        }
        int step = after.temporalLayer() == 0 ? 1 : 0;
        if (after.tl0PicIdx() != (before.tl0PicIdx() + step & 0xff)) {
          throw new AssertionError("base layer indices between " + before + " and " + after);
        }
      }
    }
  }
}
