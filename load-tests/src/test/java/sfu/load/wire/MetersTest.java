package sfu.load.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static sfu.load.wire.SimulatedHop.MILLI;

import org.junit.jupiter.api.Test;

/** What a link is known to do is what the meters say of it. */
class MetersTest {

  @Test
  void aCleanLinkLosesNothingAndDelaysByItsDelay() {
    SimulatedHop hop = SimulatedHop.video();
    hop.down.delayMillis(40);

    hop.pass(10_000);
    StreamReport report = hop.finish();

    assertThat(report.packets()).isEqualTo(hop.sent());
    assertThat(report.link()).isEqualTo(new LinkLoss(0, 0, 0, report.link().jitterNanos()));
    assertThat(report.foreign() + report.doubles() + report.incompleteFrames()).isZero();
    assertThat(report.completeFrames()).isCloseTo(11 * 30, within(2L));
    assertThat(hop.meter.delayMicros().getMinValue()).isCloseTo(40_000, within(500L));
    assertThat(hop.meter.delayMicros().getMaxValue()).isCloseTo(40_000, within(1_500L));
  }

  @Test
  void lossOfVideoIsCountedBeforeAndAfterItsRepair() {
    SimulatedHop hop = SimulatedHop.video();
    hop.down.delayMillis(40).loss(0.05);
    hop.up.delayMillis(40);

    hop.pass(20_000);
    StreamReport report = hop.finish();

    assertThat(hop.mediaLost).isGreaterThan(20);
    assertThat(report.link().lost()).isEqualTo(hop.mediaLost);
    assertThat(report.link().unrepaired()).isZero();
    assertThat(hop.retransmitted()).isGreaterThanOrEqualTo(hop.mediaLost);
    assertThat(report.incompleteFrames()).isZero();
    assertThat(hop.meter.delayMicros().getMaxValue()).isGreaterThan(100_000);
    assertThat(hop.totals.lost).isEqualTo(hop.mediaLost);
    assertThat(hop.totals.repaired).isEqualTo(hop.mediaLost);
    assertThat(hop.totals.frames).isEqualTo(report.completeFrames());
  }

  @Test
  void videoThatCantBeRepairedMissesPacketsAndFrames() {
    SimulatedHop hop = SimulatedHop.video();
    hop.down.delayMillis(40).loss(0.05);
    hop.up.loss(1);

    hop.pass(20_000);
    StreamReport report = hop.finish();

    assertThat(report.link().lost()).isEqualTo(hop.mediaLost);
    assertThat(report.link().unrepaired()).isEqualTo(hop.mediaLost);
    assertThat(report.incompleteFrames()).isBetween(hop.mediaLost / 3, hop.mediaLost);
  }

  @Test
  void lossOfAVoiceIsItsLoss() {
    SimulatedHop hop = SimulatedHop.audio();
    hop.down.delayMillis(20).loss(0.03);

    hop.pass(20_000);
    StreamReport report = hop.finish();

    assertThat(hop.mediaLost).isGreaterThan(10);
    assertThat(report.missing()).isEqualTo(hop.mediaLost);
    assertThat(report.link().lost()).isEqualTo(hop.mediaLost);
    assertThat(report.packets()).isEqualTo(hop.sent() - hop.mediaLost);
  }

  @Test
  void whatTheLinkDoublesIsCountedOnce() {
    SimulatedHop hop = SimulatedHop.audio();
    hop.down.delayMillis(20).duplicates(0.1);

    hop.pass(10_000);
    StreamReport report = hop.finish();

    assertThat(report.link().duplicates()).isEqualTo(hop.down.duplicated()).isPositive();
    assertThat(report.packets()).isEqualTo(hop.sent());
    assertThat(report.doubles()).isZero();
  }

  @Test
  void anOutageIsAGapOfItsLength() {
    SimulatedHop hop = SimulatedHop.audio();
    hop.down.delayMillis(20);
    hop.pass(2_000);
    hop.meter.gaps().mark(hop.now);
    long from = hop.now + 3_000 * MILLI;
    hop.down.outage(from, from + 1_700 * MILLI);

    hop.pass(8_000);
    StreamReport report = hop.meter.report(hop.now, hop.inbound.loss());

    // The last packet before and the first after it are up to 20 ms away, each.
    assertThat(report.longestGapNanos()).isBetween(1_700 * MILLI, 1_720 * MILLI);
    assertThat(report.longestGapStartNanos()).isBetween(3_000 * MILLI, 3_020 * MILLI);
    assertThat(report.silenceNanos()).isLessThanOrEqualTo(20 * MILLI);
    assertThat(report.missing()).isBetween(84L, 86L);
  }

  @Test
  void aGapThatLastsCountsSoFar() {
    SimulatedHop hop = SimulatedHop.audio();
    hop.pass(1_000);
    hop.meter.gaps().mark(hop.now);
    hop.down.outage(hop.now, Long.MAX_VALUE);

    hop.pass(900);
    StreamReport report = hop.meter.report(hop.now, hop.inbound.loss());

    assertThat(report.silenceNanos()).isEqualTo(900 * MILLI);
    assertThat(report.longestGapNanos()).isEqualTo(900 * MILLI);
    assertThat(report.packetsSinceMark()).isZero();
  }

  @Test
  void gapsFromBeforeTheMarkDontCount() {
    SimulatedHop hop = SimulatedHop.audio();
    hop.pass(1_000);
    hop.down.outage(hop.now, hop.now + 5_000 * MILLI);
    hop.pass(6_000);

    hop.meter.gaps().mark(hop.now);
    hop.pass(1_000);

    assertThat(hop.meter.report(hop.now, hop.inbound.loss()).longestGapNanos()).isEqualTo(20 * MILLI);
  }

  @Test
  void jitterIsReported() {
    SimulatedHop calm = SimulatedHop.audio();
    SimulatedHop shaken = SimulatedHop.audio();
    calm.down.delayMillis(20);
    shaken.down.delayMillis(20).jitterMillis(15);

    calm.pass(10_000);
    shaken.pass(10_000);

    assertThat(calm.inbound.loss().jitterNanos()).isLessThan(MILLI);
    assertThat(shaken.inbound.loss().jitterNanos()).isBetween(2 * MILLI, 15 * MILLI);
  }

  @Test
  void aPauseOfTheSenderIsSilence() {
    SimulatedHop hop = SimulatedHop.video();
    hop.pass(1_000);
    hop.meter.gaps().mark(hop.now);

    hop.source.pause(true, hop.now);
    hop.pass(500);
    hop.source.pause(false, hop.now);
    hop.pass(500);

    assertThat(hop.meter.report(hop.now, hop.inbound.loss()).longestGapNanos()).isBetween(500 * MILLI, 570 * MILLI);
  }
}
