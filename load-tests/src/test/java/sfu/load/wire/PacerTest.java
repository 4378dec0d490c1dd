package sfu.load.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import sfu.load.engine.VideoCodec;
import sfu.load.engine.VideoSettings;

class PacerTest {

  private static final long MILLI = 1_000_000;
  private static final int PACKET_BYTES = 1_000;

  /** Like a loop's clock, it may begin anywhere. */
  private long now = Long.MIN_VALUE / 2;

  @Test
  void aBurstIsWhatThePacingRateTakesFortyMillisecondsFor() {
    Pacer pacer = pacer(400_000);

    assertThat(burst(pacer)).isEqualTo(5);
  }

  @Test
  void afterABurstNothingGoesUntilNothingIsOwed() {
    Pacer pacer = pacer(400_000);
    burst(pacer);

    assertThat(pacer.waitNanos(now)).isEqualTo(40 * MILLI);
    now += 40 * MILLI;
    assertThat(burst(pacer)).isEqualTo(5);
  }

  @Test
  void whatNobodySentInTheMeantimeMakesNoLargerBurst() {
    Pacer pacer = pacer(400_000);
    burst(pacer);
    now += 1_000 * MILLI;

    assertThat(burst(pacer)).isEqualTo(5);
  }

  @Test
  void theRateEndsAtWhatServersAskForAtMost() {
    Pacer pacer = pacer(100_000_000);

    assertThat(burst(pacer)).isEqualTo(44);
    assertThat(pacer.waitNanos(now)).isEqualTo(40 * MILLI);
  }

  @Test
  void cameraAndScreenTogetherHaveOneRate() {
    Pacer pacer = new Pacer(List.of(video(400_000), video(800_000)), now);

    assertThat(burst(pacer)).isEqualTo(15);
  }

  /** How many packets go at once. */
  private int burst(Pacer pacer) {
    int packets = 0;
    while (pacer.waitNanos(now) == 0) {
      pacer.onSent(PACKET_BYTES);
      packets++;
    }
    return packets;
  }

  private Pacer pacer(int bps) {
    return new Pacer(List.of(video(bps)), now);
  }

  private static VideoSettings video(int bps) {
    return new VideoSettings(VideoCodec.VP8, 640, 360, 30, List.of(bps));
  }
}
