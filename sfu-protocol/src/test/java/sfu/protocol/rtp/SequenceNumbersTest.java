package sfu.protocol.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SequenceNumbersTest {
  @Test
  void differenceTakesTheShorterWayRound() {
    assertThat(SequenceNumbers.diff16(2, 65535)).isEqualTo(3);
    assertThat(SequenceNumbers.diff16(65535, 2)).isEqualTo(-3);
    assertThat(SequenceNumbers.diff16(0x8000, 0)).isEqualTo(-32768);
    assertThat(SequenceNumbers.isNewer16(0, 65535)).isTrue();
    assertThat(SequenceNumbers.isNewer16(7, 7)).isFalse();
    assertThat(SequenceNumbers.diff32(1, -1)).isEqualTo(2);
    assertThat(SequenceNumbers.isNewer32(0x80000001, 0x7fffffff)).isTrue();
  }

  @Test
  void unwrappingCountsCyclesAndTakesLateOnesBack() {
    SequenceUnwrapper unwrapper = SequenceUnwrapper.of16Bits();
    assertThat(unwrapper.unwrap(65534)).isEqualTo(65534);
    assertThat(unwrapper.unwrap(1)).isEqualTo(65537);
    assertThat(unwrapper.unwrap(65535)).isEqualTo(65535);
    assertThat(unwrapper.peek(32768)).isEqualTo(32768 + 65536);
    assertThat(unwrapper.unwrap(2)).isEqualTo(65538);
    unwrapper.reset();
    assertThat(unwrapper.unwrap(5)).isEqualTo(5);
    assertThat(unwrapper.unwrap(65535)).as("older than the first").isEqualTo(-1);
  }

  @Test
  void timestampsStartUnsigned() {
    SequenceUnwrapper unwrapper = SequenceUnwrapper.of32Bits();
    assertThat(unwrapper.unwrap(-2)).isEqualTo(0xffff_fffeL);
    assertThat(unwrapper.unwrap(3)).isEqualTo(0x1_0000_0003L);
  }

  @Property(tries = 200)
  void unwrappedNumbersKeepTheirStepsAndLowBits(
      @ForAll @IntRange(max = 65535) int start, @ForAll int[] steps) {
    SequenceUnwrapper unwrapper = SequenceUnwrapper.of16Bits();
    long expected = start;
    assertThat(unwrapper.unwrap(start)).isEqualTo(expected);
    for (int step : steps) {
      expected += Math.floorMod(step, 0x7fff);
      assertThat(unwrapper.unwrap((int) (expected & 0xffff))).isEqualTo(expected);
    }
  }
}
