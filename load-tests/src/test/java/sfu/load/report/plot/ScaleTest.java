package sfu.load.report.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import sfu.load.report.text.Unit;

class ScaleTest {

  @Test
  void ticksAreRoundNumbersThatHoldTheValues() {
    assertThat(Scale.linear(0, 47, 5).ticks()).containsExactly(0.0, 10.0, 20.0, 30.0, 40.0, 50.0);
    assertThat(Scale.linear(0, 0.27, 5).ticks()).containsExactly(0.0, 0.1, 0.2, 0.3);
    assertThat(Scale.linear(203, 219, 4).ticks()).containsExactly(200.0, 205.0, 210.0, 215.0, 220.0);
  }

  @Test
  void ticksOfALogarithmArePowersOfTenOrFinerIfTheyAreFew() {
    assertThat(Scale.log(0.3, 4).ticks()).containsExactly(0.2, 0.5, 1.0, 2.0, 5.0);
    assertThat(Scale.log(0.011, 900).ticks()).containsExactly(0.01, 0.1, 1.0, 10.0, 100.0, 1000.0);
  }

  @Test
  void oneValueHasAnAxisToo() {
    assertThat(Scale.log(1, 1).ticks()).containsExactly(1.0, 2.0);
    assertThat(Scale.linear(7, 7, 5).ticks()).hasSizeGreaterThan(1);
  }

  @Test
  void equalRatiosAreEqualDistances() {
    Scale scale = Scale.log(0.1, 100);

    assertThat(scale.position(0.1)).isZero();
    assertThat(scale.position(1)).isCloseTo(1.0 / 3, within(1e-9));
    assertThat(scale.position(100)).isCloseTo(1, within(1e-9));
  }

  @Test
  void whatALogarithmDoesNotHaveStandsAtItsFoot() {
    assertThat(Scale.log(0.1, 10).position(0)).isZero();
    assertThat(Scale.log(0, 0).ticks()).allMatch(tick -> tick > 0);
  }

  @Test
  void nothingButZerosIsNoMountain() {
    assertThat(Axis.fromZero("loss", Unit.PERCENT).scale(0, 0, 5).high()).isEqualTo(0.1);
  }
}
