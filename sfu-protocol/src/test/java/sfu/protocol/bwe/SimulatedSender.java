package sfu.protocol.bwe;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import sfu.protocol.sim.SimulatedLink;
import sfu.protocol.stream.TransportWideReceiver;
import sfu.protocol.stream.TransportWideSender;

/**
 * Sends video over a simulated link as a forwarding server does, unpaced and at the rate that was wanted of it, but never
 * more than the estimate allows, with the far end's feedback coming back. In virtual time, a millisecond at a time.
 */
final class SimulatedSender {
  static final long MILLI = 1_000_000L;
  static final long SECOND = 1_000 * MILLI;

  private static final int PACKET_BYTES = 1_100;

  private record Packet(int sequence, int bytes) {}

  private record Report(long atNanos, int baseSequence, long[] ticks) {}

  final SimulatedLink<Packet> link = new SimulatedLink<>(7);
  final BandwidthEstimator estimator;
  final Prober prober;
  final long backNanos;
  private final TransportWideSender sender;
  private final TransportWideReceiver receiver = new TransportWideReceiver();
  private final Queue<Report> reports = new ArrayDeque<>();
  private final SplittableRandom random = new SplittableRandom(3);

  /** From the estimate to what is sent. */
  private final LongUnaryOperator rate;

  long frameNanos = 33 * MILLI;
  long wantedBps;
  long nowNanos = 5 * SECOND;
  long sentBytes;
  long arrivedBytes;
  long worstDelayNanos;
  private long nextFrameNanos;
  private final long[] sentNanos = new long[1 << 16];

  SimulatedSender(long startBps, long wantedBps, LongUnaryOperator rate) {
    this.estimator = new BandwidthEstimator(startBps, 100_000, 10_000_000);
    this.prober = new Prober(estimator);
    this.sender = new TransportWideSender(estimator);
    this.backNanos = 20 * MILLI;
    this.rate = rate;
    this.wantedBps = wantedBps;
    link.delayMillis(20);
  }

  /** Sends nine tenths of the estimate at most. */
  static SimulatedSender elastic(long startBps, long wantedBps) {
    return new SimulatedSender(startBps, wantedBps, estimate -> Math.min(wantedBps, estimate * 9 / 10));
  }

  void runSeconds(double seconds) {
    worstDelayNanos = 0;
    sentBytes = 0;
    arrivedBytes = 0;
    long until = nowNanos + (long) (seconds * SECOND);
    while (nowNanos < until) {
      nowNanos += MILLI;
      step();
    }
  }

  private void step() {
    prober.want(wantedBps, nowNanos);
    send(prober.poll(nowNanos));
    if (nowNanos >= nextFrameNanos) {
      nextFrameNanos = nowNanos + frameNanos;
      double usual = rate.applyAsLong(estimator.estimateBps()) / 8e9 * frameNanos;
      send((int) (usual * (0.7 + 0.6 * random.nextDouble())));
    }
    for (Packet packet = link.receive(nowNanos); packet != null; packet = link.receive(nowNanos)) {
      receiver.onPacket(packet.sequence, packet.bytes, nowNanos);
      arrivedBytes += packet.bytes;
      worstDelayNanos = Math.max(worstDelayNanos, nowNanos - sentNanos[packet.sequence]);
    }
    if (receiver.due(nowNanos)) {
      int count = receiver.prepare();
      long[] ticks = new long[count];
      System.arraycopy(receiver.arrivalTicks(), 0, ticks, 0, count);
      reports.add(new Report(nowNanos + backNanos, receiver.baseSequence(), ticks));
      receiver.reported(count, nowNanos);
    }
    while (!reports.isEmpty() && reports.peek().atNanos <= nowNanos) {
      take(reports.poll());
    }
  }

  private void send(int bytes) {
    int left = bytes;
    while (left > 0) {
      int length = Math.min(left, PACKET_BYTES);
      left -= length;
      int sequence = sender.onSending(length, nowNanos);
      sentNanos[sequence] = nowNanos;
      sentBytes += length;
      link.send(new Packet(sequence, length), length, nowNanos);
    }
  }

  private void take(Report report) {
    for (int i = 0; i < report.ticks.length; i++) {
      long ticks = report.ticks[i];
      sender.onFeedback(report.baseSequence + i & 0xffff, ticks != TransportWideReceiver.LOST, ticks);
    }
    estimator.onFeedbackEnd(40 * MILLI, nowNanos);
    prober.onFeedback(nowNanos);
  }

  long estimateBps() {
    return estimator.estimateBps();
  }

  double worstDelayMillis() {
    return worstDelayNanos / 1e6;
  }

  double lostShare() {
    return 1 - (double) arrivedBytes / sentBytes;
  }
}
