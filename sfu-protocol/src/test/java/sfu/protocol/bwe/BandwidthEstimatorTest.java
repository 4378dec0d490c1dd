package sfu.protocol.bwe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sfu.protocol.stream.TransportWideSender;

/** Estimates of simulated lines, whose capacity is known. */
class BandwidthEstimatorTest {
  private static final long START_BPS = 3_000_000;
  private static final int QUEUE_BYTES = 100_000;

  @Test
  void aLineThatCarriesAllIsKnownToWithinASecond() {
    SimulatedSender sender = SimulatedSender.elastic(START_BPS, 9_000_000);
    sender.runSeconds(1);
    print("no bottleneck", sender);
    assertThat(sender.estimateBps()).isGreaterThanOrEqualTo(8_500_000);
    assertThat(sender.estimator.loweredNanos()).isEqualTo(Long.MIN_VALUE);
  }

  @ParameterizedTest
  @ValueSource(longs = {400_000, 1_000_000, 2_000_000, 5_000_000})
  void anEstimateFindsTheLinesCapacityAndStaysThere(long capacityBps) {
    SimulatedSender sender = SimulatedSender.elastic(START_BPS, 9_000_000);
    sender.link.bottleneck(capacityBps, QUEUE_BYTES);
    sender.runSeconds(10);
    print("first ten seconds at " + capacityBps, sender);
    double sum = 0;
    int count = 60;
    double worstDelay = 0;
    for (int i = 0; i < count; i++) {
      sender.runSeconds(1);
      sum += sender.estimateBps();
      worstDelay = Math.max(worstDelay, sender.worstDelayMillis());
    }
    System.out.printf("mean %.0f of %d, worst delay %.0f ms%n", sum / count, capacityBps, worstDelay);
    assertThat(sum / count).isBetween(0.65 * capacityBps, 1.15 * capacityBps);
  }

  @Test
  void aLineThatGetsNarrowerIsFollowedWithinSeconds() {
    SimulatedSender sender = SimulatedSender.elastic(START_BPS, 6_000_000);
    sender.link.bottleneck(8_000_000, QUEUE_BYTES);
    sender.runSeconds(10);
    print("8 Mbit/s", sender);
    assertThat(sender.estimateBps()).isGreaterThan(5_000_000);
    sender.link.bottleneck(1_000_000, QUEUE_BYTES);
    sender.runSeconds(3);
    print("1 Mbit/s", sender);
    assertThat(sender.estimateBps()).isLessThan(1_100_000);
    sender.runSeconds(5);
    sender.runSeconds(5);
    print("1 Mbit/s, later", sender);
    assertThat(sender.worstDelayMillis()).isLessThan(300);
  }

  @Test
  void aLineThatGetsWiderIsFoundByProbes() {
    SimulatedSender sender = SimulatedSender.elastic(START_BPS, 6_000_000);
    sender.link.bottleneck(1_000_000, QUEUE_BYTES);
    sender.runSeconds(30);
    print("1 Mbit/s", sender);
    assertThat(sender.estimateBps()).isLessThan(1_100_000);
    sender.link.bottleneck(20_000_000, QUEUE_BYTES);
    sender.runSeconds(25);
    print("20 Mbit/s", sender);
    assertThat(sender.estimateBps()).isGreaterThan(5_500_000);
  }

  @Test
  void whatIsNotSentIsNotBelieved() {
    SimulatedSender sender = new SimulatedSender(START_BPS, 0, estimate -> 500_000);
    sender.runSeconds(60);
    assertThat(sender.estimateBps()).isEqualTo(START_BPS);
    assertThat(sender.prober.probes()).isZero();
  }

  @Test
  void jitterIsNoQueue() {
    SimulatedSender sender = SimulatedSender.elastic(START_BPS, 4_000_000);
    sender.link.jitterMillis(15);
    sender.runSeconds(60);
    print("15 ms of jitter", sender);
    assertThat(sender.estimateBps()).isGreaterThan(3_500_000);
  }

  @Test
  void packetsThatOvertakeOthersAreNoQueue() {
    for (int lateMillis : new int[] {8, 60, 250}) {
      SimulatedSender sender = SimulatedSender.elastic(START_BPS, 4_000_000);
      sender.link.reordering(0.02, lateMillis);
      sender.runSeconds(60);
      print("one of fifty %d ms late".formatted(lateMillis), sender);
      assertThat(sender.estimateBps()).isGreaterThan(3_000_000);
    }
  }

  @Test
  void aPageOfAScreenEachSecondDoesNotMakeItsLineNarrow() {
    // 100 KB at once take 0.2 s on this line, and nothing is sent for the rest of the second.
    SimulatedSender sender = new SimulatedSender(START_BPS, 0, estimate -> 800_000);
    sender.frameNanos = SimulatedSender.SECOND;
    sender.link.bottleneck(4_000_000, 1_000_000);
    sender.runSeconds(60);
    print("a page a second at 4 Mbit/s", sender);
    assertThat(sender.estimateBps()).isGreaterThan(1_500_000);
    // And these 0.9 s.
    SimulatedSender narrower = new SimulatedSender(START_BPS, 0, estimate -> 800_000);
    narrower.frameNanos = SimulatedSender.SECOND;
    narrower.link.bottleneck(1_000_000, 1_000_000);
    narrower.runSeconds(60);
    print("a page a second at 1 Mbit/s", narrower);
    assertThat(narrower.estimateBps()).isGreaterThan(600_000);
  }

  @Test
  void aLongerWayIsNoQueue() {
    SimulatedSender sender = SimulatedSender.elastic(START_BPS, 4_000_000);
    sender.link.jitterMillis(5);
    sender.runSeconds(20);
    sender.link.delayMillis(450);
    sender.runSeconds(40);
    print("430 ms longer, with 5 ms of jitter", sender);
    assertThat(sender.estimateBps()).isGreaterThan(3_000_000);
  }

  @Test
  void someLossIsNoCongestion() {
    SimulatedSender sender = SimulatedSender.elastic(START_BPS, 4_000_000);
    sender.link.loss(0.05);
    sender.runSeconds(60);
    print("5 % loss", sender);
    assertThat(sender.estimateBps()).isGreaterThan(3_800_000);
  }

  @Test
  void aLineThatDropsInsteadOfQueueingIsKnownByItsLoss() {
    SimulatedSender sender = SimulatedSender.elastic(START_BPS, 6_000_000);
    // Room for one burst: no queue that would show in the delay for long.
    sender.link.bottleneck(1_000_000, 12_000);
    sender.runSeconds(20);
    print("policed to 1 Mbit/s", sender);
    assertThat(sender.estimateBps()).isLessThan(1_500_000);
    sender.runSeconds(20);
    assertThat(sender.lostShare()).isLessThan(0.12);
  }

  @Test
  void anOutageIsOverWhenItIsOver() {
    SimulatedSender sender = SimulatedSender.elastic(START_BPS, 4_000_000);
    sender.runSeconds(5);
    sender.link.outage(sender.nowNanos, sender.nowNanos + 2 * SimulatedSender.SECOND);
    sender.runSeconds(20);
    print("after an outage of 2 s", sender);
    assertThat(sender.estimateBps()).isGreaterThan(3_500_000);
  }

  @Test
  void nonsenseFromTheFarEndStaysWithinBounds() {
    BandwidthEstimator estimator = new BandwidthEstimator(START_BPS, 100_000, 10_000_000);
    Prober prober = new Prober(estimator);
    SplittableRandom random = new SplittableRandom(1);
    long now = 0;
    long asked = 0;
    int rounds = 200_000;
    for (int i = 0; i < rounds; i++) {
      now += random.nextLong(2_000_000);
      prober.want(random.nextLong(20_000_000), now);
      asked += prober.poll(now);
      long arrival = random.nextInt(10) == 0 ? TransportWideSender.LOST : random.nextLong() >> random.nextInt(40);
      estimator.onResult(now - random.nextLong(1_000_000_000), arrival, random.nextInt(1, 1_500), random.nextBoolean());
      if (random.nextInt(5) == 0) {
        estimator.onFeedbackEnd(random.nextLong(-1, 1_000_000_000), now);
        prober.onFeedback(now);
      }
      assertThat(estimator.estimateBps()).isBetween(100_000L, 10_000_000L);
    }
    System.out.printf("nonsense makes us send %.0f kbit/s of probes%n", asked * 8e6 / now);
    // A viewer can't make us send a twentieth of what it may be sent.
    assertThat(asked * 8e9 / now).isLessThan(500_000);
  }

  private static void print(String what, SimulatedSender sender) {
    System.out.printf(
        "%s: estimate %d, worst delay %.0f ms, lost %.1f %%, %d probes%n",
        what, sender.estimateBps(), sender.worstDelayMillis(), 100 * sender.lostShare(), sender.prober.probes());
  }
}
