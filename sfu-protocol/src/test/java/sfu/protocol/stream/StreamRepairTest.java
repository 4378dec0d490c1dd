package sfu.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import sfu.protocol.sim.SimulatedLink;

/**
 * A camera of 1 Mbit/s over 50 ms of round trip: what is recovered, how fast, and what it took to ask for it. Recovery
 * is measured from sending to the arrival of the repaired packet, 25 ms of which the network takes anyway.
 */
class StreamRepairTest {

  private static final long RTT_MILLIS = 50;
  private static final long SECOND = 1_000_000_000L;

  private final SimulatedLink<Object> up = new SimulatedLink<>(1).delayMillis(RTT_MILLIS / 2);
  private final SimulatedLink<Object> down = new SimulatedLink<>(2).delayMillis(RTT_MILLIS / 2);
  private final RepairedCall call = new RepairedCall(up, down, RTT_MILLIS);

  private RepairedCall run(long untilMillis) {
    call.run(untilMillis).close();
    return call;
  }

  @Test
  void fivePercentLossBothWaysIsRepairedWholeWithoutAKeyFrame() {
    up.loss(0.05);
    down.loss(0.05);
    run(60_000);
    assertThat(up.lost()).as(call.toString()).isGreaterThan(300);
    assertThat(call.missingForGood()).as(call.toString()).isZero();
    assertThat(call.keyFrames.sent()).as(call.toString()).isZero();
    assertThat(call.nack.nacked()).as(call.toString()).isLessThan(up.lost() * 115 / 100);
    assertThat(call.repairMillisOf(0.5)).as(call.toString()).isLessThanOrEqualTo(100);
    assertThat(call.repairMillisOf(0.95)).as(call.toString()).isLessThanOrEqualTo(180);
    assertThat(call.repairMillisOf(1)).as(call.toString()).isLessThanOrEqualTo(350);
  }

  @Test
  void twentyPercentLossBothWaysIsStillRepairedWhole() {
    up.loss(0.2);
    down.loss(0.2);
    run(60_000);
    assertThat(call.missingForGood()).as(call.toString()).isZero();
    assertThat(call.keyFrames.sent()).as(call.toString()).isZero();
    assertThat(call.nack.nacked()).as(call.toString()).isLessThan(up.lost() * 140 / 100);
    assertThat(call.repairMillisOf(0.95)).as(call.toString()).isLessThanOrEqualTo(300);
  }

  @Test
  void reorderingWithinABurstIsNeverAskedFor() {
    up.reordering(0.05, 5);
    run(60_000);
    assertThat(up.reordered()).isGreaterThan(300);
    assertThat(call.missingForGood()).as(call.toString()).isZero();
    assertThat(call.nack.nacked()).as(call.toString()).isZero();
  }

  @Test
  void aPathThatReordersByAFrameIsLearnedFromTheFirstMistake() {
    up.reordering(0.05, 30);
    run(60_000);
    assertThat(call.missingForGood()).as(call.toString()).isZero();
    assertThat(call.nack.nacked()).as(call.toString()).isLessThanOrEqualTo(5);
  }

  @Test
  void duplicatesAreDroppedAndAskedForNever() {
    up.duplicates(0.05);
    run(60_000);
    assertThat(up.duplicated()).isGreaterThan(300);
    assertThat(call.statistics.duplicates()).isCloseTo(up.duplicated(), within(1L));
    assertThat(call.forwarded).as(call.toString()).isCloseTo(call.sent, within(8L));
    assertThat(call.nack.nacked()).as(call.toString()).isZero();
  }

  @Test
  void jitterAloneIsNoLoss() {
    up.jitterMillis(40);
    run(60_000);
    assertThat(call.nack.nacked()).as(call.toString()).isZero();
    assertThat(call.statistics.jitter()).isBetween(5 * 90, 20 * 90);
  }

  @Test
  void anOutageOfTwoSecondsTakesOneKeyFrameRequestAndNoNack() {
    up.outage(5 * SECOND, 7 * SECOND);
    down.outage(5 * SECOND, 7 * SECOND);
    run(20_000);
    assertThat(up.lost()).isGreaterThan(200);
    assertThat(call.nack.nacked()).as(call.toString()).isZero();
    assertThat(call.keyFrames.sent()).as(call.toString()).isEqualTo(1);
    assertThat(call.keyFramesArrived).isEqualTo(2);
    // The next frame shows the gap, a round trip asks, and the next frame after that is the key frame.
    assertThat(call.keyFrameArrivalMillis[1]).as(call.toString()).isBetween(7_000L, 7_150L);
  }

  @Test
  void anOutageOfAFifthOfASecondIsRepairedInOneMessage() {
    up.outage(5 * SECOND, 5 * SECOND + SECOND / 5);
    run(20_000);
    assertThat(up.lost()).isBetween(20L, 30L);
    assertThat(call.missingForGood()).as(call.toString()).isZero();
    assertThat(call.nackMessages).as(call.toString()).isEqualTo(1);
    assertThat(call.keyFrames.sent()).as(call.toString()).isZero();
    assertThat(call.repairMillisOf(1)).as(call.toString()).isLessThanOrEqualTo(320);
  }

  @Test
  void aCameraMutedForTenSecondsGoesOnWithoutARequest() {
    call.run(5_000);
    call.mute(true);
    call.run(15_000);
    call.mute(false);
    run(20_000);
    assertThat(call.nack.nacked()).as(call.toString()).isZero();
    assertThat(call.keyFrames.sent()).as(call.toString()).isZero();
  }

  @Test
  void aLinkThatIsTooNarrowIsNotFilledWithRepairs() {
    up.bottleneck(800_000, 30_000);
    run(20_000);
    assertThat(call.retransmitted).as(call.toString()).isLessThan(call.sent / 4);
    assertThat(call.forwarded).as(call.toString()).isGreaterThan(call.sent * 3 / 4);
    assertThat(call.keyFrames.sent()).as(call.toString()).isLessThan(10);
  }

  @Test
  void theReportsSayWhatTheNetworkLostThoughItWasRepaired() {
    up.loss(0.05);
    run(60_000);
    assertThat(call.statistics.prepareReport()).isTrue();
    assertThat(call.statistics.fractionLost()).isBetween(8, 20);
    assertThat(call.statistics.cumulativeLost()).isBetween((int) call.sent * 4 / 100, (int) call.sent * 6 / 100);
  }

  @Test
  void transportWideFeedbackTellsTheSenderOfEveryPacketOnce() {
    up.loss(0.05).reordering(0.02, 10);
    run(60_000);
    assertThat(call.wideSender.lost()).isCloseTo(up.lost(), within(3L));
    assertThat(call.wideSender.arrived()).isEqualTo(call.wideArrivals);
    assertThat(call.wideSender.arrived() + call.wideSender.lost()).isCloseTo(up.sent(), within(20L));
    assertThat(call.wideLosses).isGreaterThanOrEqualTo(call.wideSender.lost());
    assertThat(call.wideSender.unmatched()).isZero();
  }
}
