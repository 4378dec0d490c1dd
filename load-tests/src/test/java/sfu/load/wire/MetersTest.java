package sfu.load.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static sfu.load.wire.SimulatedHop.MILLI;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sfu.load.engine.StreamQuality;
import sfu.load.engine.VideoCodec;
import sfu.load.engine.VideoSettings;

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

  @ParameterizedTest
  @EnumSource
  void lossOfVideoIsCountedBeforeAndAfterItsRepair(VideoCodec codec) {
    SimulatedHop hop = SimulatedHop.video(new VideoSettings(codec, 640, 360, 30, List.of(400_000)));
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
  void reorderingIsNoLoss() {
    SimulatedHop hop = SimulatedHop.video();
    // Later than the rest of its frame, sooner than what is waited for before a packet is asked for again.
    hop.down.delayMillis(20).reordering(0.05, 4);

    hop.pass(20_000);
    StreamReport report = hop.finish();

    assertThat(hop.down.reordered()).isGreaterThan(20);
    assertThat(report.link().lost() + report.link().repaired() + report.incompleteFrames()).isZero();
    assertThat(report.packets()).isEqualTo(hop.sent());
    assertThat(hop.totals.lost).isZero();
  }

  @Test
  void theWaitForAKeyFrameLastsUntilItIsAskedFor() {
    SimulatedHop hop = SimulatedHop.video();
    hop.down.delayMillis(40).outage(hop.now, hop.now + 700 * MILLI);
    hop.up.delayMillis(40);

    hop.pass(3_000);
    StreamQuality quality = hop.meter.quality(hop.now, hop.inbound.loss());

    // The outage, the frame after it, the request's way, the next frame and its own way.
    assertThat(quality.keyFrameNanos()).isBetween(780 * MILLI, 880 * MILLI);
    assertThat(quality.longestGapNanos()).isLessThan(80 * MILLI);
    assertThat(List.of(quality.width(), quality.height())).containsExactly(640, 360);
  }

  @Test
  void whatALoadRunIsToldAgreesWithWhatTheLinkDid() {
    SimulatedHop hop = SimulatedHop.video();
    hop.down.delayMillis(35).loss(0.02);
    hop.up.delayMillis(35);
    hop.pass(20_000);
    hop.finish();

    StreamQuality quality = hop.meter.quality(hop.now, hop.inbound.loss());

    assertThat(quality.lost()).isEqualTo(hop.mediaLost).isPositive();
    assertThat(quality.repaired()).isEqualTo(hop.mediaLost);
    assertThat(quality.delayP50Nanos()).isCloseTo(35 * MILLI, within(MILLI));
    assertThat(quality.delayP99Nanos()).isGreaterThan(100 * MILLI);
    assertThat(quality.layer()).isZero();
    DelayCounts all = hop.totals.take().delays();
    assertThat(all.total()).isEqualTo(quality.packets());
    assertThat(all.atPercentile(50)).isCloseTo(35_000, within(1_000L));
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
