package sfu.protocol.stream;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.BitSet;
import sfu.protocol.rtcp.RtcpReader;
import sfu.protocol.rtcp.RtcpWriter;
import sfu.protocol.rtcp.TransportFeedback;
import sfu.protocol.rtcp.TransportFeedbackWriter;
import sfu.protocol.sim.SimulatedLink;
import sfu.protocol.stream.ReceiveStatistics.Arrival;

/**
 * A camera, a network and a receiver in virtual time: the sender answers NACKs from its {@link PacketHistory} and
 * requests with a key frame; the receiver runs the state machines of this package. 30 frames a second of four packets,
 * a key frame of twenty.
 */
final class RepairedCall implements AutoCloseable {

  static final long MILLIS = 1_000_000;

  private static final int PACKET_BYTES = 1_000;
  private static final int FRAME_PACKETS = 4;
  private static final int KEY_FRAME_PACKETS = 20;
  private static final long FRAME_MILLIS = 33;

  private record Media(long sequence, int wideSequence, boolean keyFrameStart, boolean rtx, int timestamp) {}

  private sealed interface Feedback {
    record Nack(int[] sequences) implements Feedback {}

    record KeyFrame() implements Feedback {}

    record Wide(byte[] message) implements Feedback {}
  }

  final ReceiveStatistics statistics = new ReceiveStatistics(90_000);
  final NackGenerator nack = new NackGenerator();
  final KeyFrameRequester keyFrames = new KeyFrameRequester();
  final TransportWideReceiver wideReceiver = new TransportWideReceiver();
  final TransportWideSender wideSender;
  private final SimulatedLink<Object> up;
  private final SimulatedLink<Object> down;

  private final PacketHistory history = new PacketHistory();
  private final PacketHistory.Found found = new PacketHistory.Found();
  private final RtcpReader rtcpReader = new RtcpReader();
  private final RtcpWriter rtcpWriter = new RtcpWriter();
  private final TransportFeedback wideFeedback = new TransportFeedback();
  private final TransportFeedbackWriter wideWriter = new TransportFeedbackWriter();
  private final int[] nackOut = new int[64];
  private final long rttNanos;
  private final long[] sentMillis = new long[200_000];
  private final BitSet keyFrameStarts = new BitSet();
  private final BitSet arrived = new BitSet();

  private long nowMillis;
  private long nextFrameMillis;
  private boolean keyFrameAsked = true;
  private int frame;
  private boolean muted;

  // What happened, for a test to look at.
  long sent;
  long forwarded;
  long nackMessages;
  long retransmitted;
  long wideArrivals;
  long wideLosses;
  private final long[] repairMillis = new long[200_000];
  private int repairs;
  final long[] keyFrameArrivalMillis = new long[10_000];
  int keyFramesArrived;

  RepairedCall(SimulatedLink<Object> up, SimulatedLink<Object> down, long rttMillis) {
    this.up = up;
    this.down = down;
    this.rttNanos = rttMillis * MILLIS;
    this.wideSender = new TransportWideSender((sentNanos, arrivalNanos, bytes, again) -> {
      if (arrivalNanos == TransportWideSender.LOST) {
        wideLosses++;
      } else {
        wideArrivals++;
      }
    });
  }

  void mute(boolean muted) {
    this.muted = muted;
  }

  RepairedCall run(long untilMillis) {
    for (; nowMillis < untilMillis; nowMillis++) {
      answer();
      if (nowMillis >= nextFrameMillis) {
        nextFrameMillis = nowMillis + FRAME_MILLIS;
        if (!muted) {
          sendFrame();
        }
      }
      receive();
      ask();
    }
    return this;
  }

  private void sendFrame() {
    boolean keyFrame = keyFrameAsked;
    keyFrameAsked = false;
    frame++;
    int packets = keyFrame ? KEY_FRAME_PACKETS : FRAME_PACKETS;
    for (int i = 0; i < packets; i++) {
      long offset = history.reserve(PACKET_BYTES);
      history.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, offset, sent);
      history.commit((int) sent & 0xffff, PACKET_BYTES, nowMillis * MILLIS);
      sentMillis[(int) sent] = nowMillis;
      keyFrameStarts.set((int) sent, keyFrame && i == 0);
      transmit(sent, false);
      sent++;
    }
    history.endBatch();
  }

  private void transmit(long sequence, boolean rtx) {
    // Packets of a frame leave 0.3 ms apart, as a pacer would have it; the simulation's step is a millisecond.
    long atNanos = nowMillis * MILLIS + (rtx ? 0 : (sequence % FRAME_PACKETS) * 300_000);
    int wide = wideSender.onSending(PACKET_BYTES, nowMillis * MILLIS);
    int timestamp = (int) (sentMillis[(int) sequence] * 90);
    up.send(new Media(sequence, wide, keyFrameStarts.get((int) sequence), rtx, timestamp), PACKET_BYTES, atNanos);
  }

  private void answer() {
    Object packet;
    while ((packet = down.receive(nowMillis * MILLIS)) != null) {
      switch ((Feedback) packet) {
        case Feedback.KeyFrame() -> keyFrameAsked = true;
        case Feedback.Nack(int[] sequences) -> {
          for (int sequence : sequences) {
            if (history.find(sequence, nowMillis * MILLIS, found)) {
              retransmitted++;
              transmit(found.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, found.offset()), true);
            }
          }
        }
        case Feedback.Wide(byte[] message) -> {
          rtcpReader.wrap(MemorySegment.ofArray(message), 0, message.length);
          if (rtcpReader.next() && wideFeedback.wrap(rtcpReader)) {
            wideFeedback.forEach(wideSender::onFeedback);
          }
        }
      }
    }
  }

  private void receive() {
    Object packet;
    long nowNanos = nowMillis * MILLIS;
    while ((packet = up.receive(nowNanos)) != null) {
      Media media = (Media) packet;
      int sequence = (int) media.sequence & 0xffff;
      wideReceiver.onPacket(media.wideSequence, PACKET_BYTES, nowNanos);
      boolean forward;
      if (media.rtx) {
        forward = statistics.onRecovered(sequence);
      } else {
        Arrival arrival = statistics.onPacket(sequence, media.timestamp, PACKET_BYTES, nowNanos);
        forward = arrival != Arrival.DUPLICATE && arrival != Arrival.SUSPECT;
      }
      if (!forward) {
        continue;
      }
      boolean repaired = nack.onPacket(sequence, media.keyFrameStart, media.rtx, nowNanos);
      forwarded++;
      arrived.set((int) media.sequence);
      if (media.keyFrameStart) {
        keyFrames.onKeyFrame(nowNanos);
        keyFrameArrivalMillis[keyFramesArrived++] = nowMillis;
      }
      if (repaired && media.rtx) {
        repairMillis[repairs++] = nowMillis - sentMillis[(int) media.sequence];
      }
    }
  }

  private void ask() {
    long nowNanos = nowMillis * MILLIS;
    if (nack.needsKeyFrame()) {
      keyFrames.request(nowNanos);
    }
    int count = nack.poll(nowNanos, rttNanos, nackOut);
    if (count > 0) {
      nackMessages++;
      down.send(new Feedback.Nack(Arrays.copyOf(nackOut, count)), 100, nowNanos);
    }
    if (keyFrames.poll(nowNanos, rttNanos)) {
      down.send(new Feedback.KeyFrame(), 80, nowNanos);
    }
    if (wideReceiver.due(nowNanos)) {
      MemorySegment message = MemorySegment.ofArray(new byte[1200]);
      rtcpWriter.wrap(message, 0, 1200);
      int covered = wideReceiver.prepare();
      int packets =
          wideWriter.write(
              rtcpWriter,
              1,
              2,
              wideReceiver.baseSequence(),
              wideReceiver.arrivalTicks(),
              0,
              covered,
              wideReceiver.feedbackCount());
      wideReceiver.reported(packets, nowNanos);
      byte[] bytes = message.asSlice(0, rtcpWriter.length()).toArray(ValueLayout.JAVA_BYTE);
      down.send(new Feedback.Wide(bytes), bytes.length, nowNanos);
    }
  }

  /** Packets that never came, leaving out the last half second, which may still be under way. */
  long missingForGood() {
    long missing = 0;
    for (int i = 0; i < sent; i++) {
      if (sentMillis[i] < nowMillis - 500 && !arrived.get(i)) {
        missing++;
      }
    }
    return missing;
  }

  /** From sending to the repaired arrival, of that share of the repaired packets. */
  long repairMillisOf(double share) {
    long[] sorted = Arrays.copyOf(repairMillis, repairs);
    Arrays.sort(sorted);
    return repairs == 0 ? 0 : sorted[(int) Math.min(repairs - 1, repairs * share)];
  }

  @Override
  public void close() {
    history.close();
  }

  @Override
  public String toString() {
    return """
        sent %d, lost on the way %d, forwarded %d, missing for good %d;
        asked for %d in %d messages, retransmitted %d, recovered %d, reordered %d, given up %d;
        repaired after (ms): half %d, 95 %% %d, worst %d; key-frame requests %d, key frames %d"""
        .formatted(
            sent, up.lost(), forwarded, missingForGood(), nack.nacked(), nackMessages, retransmitted, nack.recovered(),
            nack.reordered(), nack.abandoned(), repairMillisOf(0.5), repairMillisOf(0.95), repairMillisOf(1),
            keyFrames.sent(), keyFramesArrived);
  }
}
