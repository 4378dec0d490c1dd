package sfu.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import sfu.protocol.bwe.BandwidthEstimator;
import sfu.protocol.bwe.Prober;

/** The packet path of these machines makes no garbage once their tables have grown to the stream. */
class NoGarbageTest {

  private static final long MILLIS = 1_000_000;

  private final ReceiveStatistics statistics = new ReceiveStatistics(90_000);
  private final BitrateMeter bitrate = new BitrateMeter();
  private final NackGenerator nack = new NackGenerator();
  private final TransportWideReceiver wideReceiver = new TransportWideReceiver();
  private final BandwidthEstimator estimator = new BandwidthEstimator(3_000_000, 100_000, 20_000_000);
  private final Prober prober = new Prober(estimator);
  private final TransportWideSender wideSender = new TransportWideSender(estimator);
  private final SpeakingDetector speaking = new SpeakingDetector();
  private final TokenPolicer policer = new TokenPolicer(8_000_000);
  private final PacketHistory history = new PacketHistory();
  private final PacketHistory.Found found = new PacketHistory.Found();
  private final int[] nacks = new int[64];

  private void packets(int from, int to) {
    for (int i = from; i < to; i++) {
      int sequence = i & 0xffff;
      long now = i * MILLIS;
      int wide = wideSender.onSending(1000, now);
      wideSender.onFeedback(wide - 100 & 0xffff, true, 4L * i);
      if (i % 50 == 0) {
        prober.want(20_000_000, now);
        prober.poll(now);
        estimator.onFeedbackEnd(40 * MILLIS, now);
        prober.onFeedback(now);
      }
      if (i % 20 == 7) {
        continue;
      }
      policer.accept(1000, now);
      wideReceiver.onPacket(wide, 1000, now);
      statistics.onPacket(sequence, i * 90, 1000, now);
      bitrate.add(1000, now);
      nack.onPacket(sequence, i % 500 == 0, false, now);
      history.reserve(1016);
      history.commit(sequence, 1000, now);
      history.find(sequence - 50 & 0xffff, now, found);
      speaking.onLevel(i % 100, true, now);
      int asked = nack.poll(now, 40 * MILLIS, nacks);
      for (int n = 0; n < asked; n++) {
        statistics.onRecovered(nacks[n]);
        nack.onPacket(nacks[n], false, true, now);
      }
      if (wideReceiver.due(now)) {
        wideReceiver.reported(wideReceiver.prepare(), now);
      }
      history.endBatch();
    }
  }

  @Test
  void twoHundredThousandPacketsAllocateNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    packets(0, 50_000);
    long before = threads.getCurrentThreadAllocatedBytes();
    packets(50_000, 250_000);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    history.close();
    // A few hundred bytes are the measurement's own.
    assertThat(allocated).isLessThan(10_000);
  }
}
