package sfu.load.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import sfu.load.engine.StreamKey;
import sfu.load.engine.VideoSettings;
import sfu.node.media.transport.TimerHeap;
import sfu.protocol.ortc.RouterCapabilities;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.rtcp.Nack;
import sfu.protocol.rtcp.PictureLossIndication;
import sfu.protocol.rtcp.RtcpReader;
import sfu.protocol.rtcp.RtcpWriter;
import sfu.protocol.rtp.BigEndian;
import sfu.protocol.rtp.RtpPacket;
import sfu.protocol.signal.SessionId;
import sfu.protocol.sim.SimulatedLink;

/** One source, a link each way in virtual time, and one consumer: no server, no cipher. */
final class SimulatedHop implements RtpOut {

  static final long MILLI = 1_000_000;
  static final RtpCapabilities ROUTER =
      RouterCapabilities.of(RouterCapabilities.AUDIO_CODECS, RouterCapabilities.VIDEO_CODECS);

  private static final long RTT_NANOS = 80 * MILLI;
  private static final int SSRC = 4711;
  private static final int RTCP_BYTES = 1200;

  final SimulatedLink<byte[]> down = new SimulatedLink<>(1);
  final SimulatedLink<byte[]> up = new SimulatedLink<>(2);
  final Totals totals = new Totals();
  final StreamMeter meter;
  final InboundStream inbound;
  final Source source;
  long now = 1_000 * MILLI;
  long mediaLost;

  private final TimerHeap timers = new TimerHeap();
  private final Scratch scratch = new Scratch();
  private final MemorySegment packet = Arena.ofAuto().allocate(Scratch.PACKET_BYTES);
  private final OutboundStream outbound;
  private final Outlet outlet;
  private final RtpPacket rtp = new RtpPacket();
  private final RtcpReader reader = new RtcpReader();
  private final RtcpWriter writer = new RtcpWriter();
  private final Nack nack = new Nack();
  private final PictureLossIndication pli = new PictureLossIndication();

  private SimulatedHop(StreamType type, VideoSettings video, RtpParameters parameters) {
    SplittableRandom random = new SplittableRandom(3);
    StreamKey key = new StreamKey(SessionId.of(1), type);
    meter = new StreamMeter(key, type != StreamType.AUDIO, now, new JoinClock(totals, now));
    inbound = new InboundStream(meter, parameters);
    outbound =
        new OutboundStream(this, scratch, StreamNumbers.of(parameters), new byte[0], SSRC, random);
    Pace pace = new Pace(timers, () -> now);
    source =
        type == StreamType.AUDIO
            ? new Microphone(pace, scratch, key, random)
            : new Camera(pace, scratch, key, video, new Pacer(List.of(video), now), random);
    outlet = new Outlet(type, List.of(outbound));
    source.attach(outlet, now);
  }

  static SimulatedHop audio() {
    return new SimulatedHop(StreamType.AUDIO, null, WireParameters.audio(ROUTER, "0", SSRC, "c"));
  }

  static SimulatedHop video() {
    return video(VideoSettings.SINGLE);
  }

  static SimulatedHop video(VideoSettings video) {
    return new SimulatedHop(StreamType.CAMERA, video, WireParameters.video(ROUTER, "0", SSRC, video, "c"));
  }

  /** Lets time pass: timers run when they are due, what came is looked at every millisecond. */
  void pass(long millis) {
    for (long end = now + millis * MILLI; now < end; ) {
      long turn = now + MILLI;
      while (timers.nextDeadlineNanos() <= turn) {
        now = Math.max(now, timers.nextDeadlineNanos());
        timers.runDue(now);
      }
      now = turn;
      for (byte[] arrived = down.receive(now); arrived != null; arrived = down.receive(now)) {
        MemorySegment.copy(arrived, 0, packet, ValueLayout.JAVA_BYTE, 0, arrived.length);
        rtp.wrap(packet, 0, arrived.length);
        inbound.onRtp(rtp, now);
      }
      if (inbound.nextDeadlineNanos() <= now) {
        writer.wrap(packet, 0, RTCP_BYTES);
        inbound.poll(writer, RTT_NANOS, now);
        up.send(bytes(packet, writer.length()), writer.length(), now);
      }
      for (byte[] arrived = up.receive(now); arrived != null; arrived = up.receive(now)) {
        onFeedback(arrived);
      }
    }
  }

  /** Sends nothing more, and lets the last packets arrive. */
  StreamReport finish() {
    down.loss(0);
    pass(1_000);
    source.detach(outlet);
    pass(1_000);
    return meter.report(now, inbound.loss());
  }

  private void onFeedback(byte[] feedback) {
    reader.wrap(MemorySegment.ofArray(feedback), 0, feedback.length);
    while (reader.next()) {
      if (nack.wrap(reader)) {
        for (int missed = nack.next(); missed >= 0; missed = nack.next()) {
          outbound.onNack(missed, now);
        }
      } else if (pli.wrap(reader)) {
        source.onKeyFrameRequest(0);
      }
    }
  }

  long sent() {
    return outbound.packets();
  }

  long retransmitted() {
    return outbound.retransmitted();
  }

  @Override
  public int nextTransportSequence() {
    return 0;
  }

  @Override
  public void sendRtp(
      MemorySegment head, int headerLength, int prefixLength, MemorySegment payload, long offset, int length) {
    MemorySegment.copy(head, 0, packet, 0, prefixLength);
    MemorySegment.copy(payload, offset, packet, prefixLength, length);
    long lostBefore = down.lost();
    down.send(bytes(packet, prefixLength + length), prefixLength + length, now);
    boolean media = BigEndian.get32(packet, RtpPacket.SSRC_FIELD_OFFSET) == SSRC;
    mediaLost += media ? down.lost() - lostBefore : 0;
  }

  private static byte[] bytes(MemorySegment segment, int length) {
    return segment.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
  }
}
