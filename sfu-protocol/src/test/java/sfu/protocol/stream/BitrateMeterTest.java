package sfu.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BitrateMeterTest {

  private static final long MILLIS = 1_000_000;

  private final BitrateMeter meter = new BitrateMeter();

  @Test
  void measuresASteadyStreamAlsoFromANegativeOriginOfTime() {
    long start = -5_000 * MILLIS;
    for (int i = 0; i < 300; i++) {
      meter.add(1250, start + i * 10 * MILLIS);
    }
    assertThat(meter.bitrateBps(start + 3_000 * MILLIS)).isCloseTo(1_000_000, within(30_000L));
  }

  @Test
  void aBurstFadesWithinTheWindow() {
    meter.add(125_000, 0);
    assertThat(meter.bitrateBps(500 * MILLIS)).isEqualTo(2_000_000);
    assertThat(meter.bitrateBps(1_000 * MILLIS)).isZero();
    assertThat(meter.bitrateBps(10_000 * MILLIS)).isZero();
  }

  @Test
  void isZeroBeforeTheFirstByte() {
    assertThat(meter.bitrateBps(123)).isZero();
  }

  @Test
  void aSingleFirstPacketIsNotTakenForAHighRate() {
    meter.add(1250, 0);
    assertThat(meter.bitrateBps(1)).isEqualTo(40_000);
  }
}
