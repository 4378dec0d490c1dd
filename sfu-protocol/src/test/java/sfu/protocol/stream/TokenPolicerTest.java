package sfu.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TokenPolicerTest {

  private static final long MILLIS = 1_000_000;

  private final TokenPolicer policer = new TokenPolicer(8_000_000);

  private long acceptedBps(int bytesPerMilli, int millis) {
    long accepted = 0;
    for (int i = 0; i < millis; i++) {
      accepted += policer.accept(bytesPerMilli, i * MILLIS) ? bytesPerMilli : 0;
    }
    return accepted * 8 * 1000 / millis;
  }

  @Test
  void aSenderAtItsCapOrHalfAboveItLosesNothing() {
    assertThat(acceptedBps(1_500, 20_000)).isEqualTo(12_000_000);
    assertThat(policer.droppedPackets()).isZero();
  }

  @Test
  void aFloodIsCutToTwiceTheCap() {
    assertThat(acceptedBps(12_500, 20_000)).isCloseTo(16_400_000, within(100_000L));
    assertThat(policer.droppedBytes()).isEqualTo(policer.droppedPackets() * 12_500);
  }

  @Test
  void aBurstOfASecondOfTheCapPasses() {
    for (int i = 0; i < 800; i++) {
      assertThat(policer.accept(1_250, 0)).isTrue();
    }
    assertThat(policer.accept(1_250, 0)).isFalse();
  }
}
