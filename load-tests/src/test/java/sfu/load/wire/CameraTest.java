package sfu.load.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import sfu.load.engine.VideoCodec;
import sfu.load.engine.VideoSettings;

class CameraTest {

  /** Its frames are large for its bit rate: a pacer takes most of a second for one. */
  private static final VideoSettings SLOW = new VideoSettings(VideoCodec.VP8, 640, 360, 1, List.of(69_000));

  @Test
  void aPacerSpreadsAFrameThatIsLargeForItsBitRate() {
    SimulatedHop hop = SimulatedHop.video(SLOW);
    long atOnce = firstBurst(hop);

    hop.pass(500);

    assertThat(hop.sent()).isGreaterThan(atOnce + 3);
  }

  @Test
  void withoutAPacerAllOfAFrameLeavesAtOnce() {
    SimulatedHop hop = SimulatedHop.video(SLOW.unpaced());
    long atOnce = firstBurst(hop);

    hop.pass(500);

    assertThat(atOnce).isGreaterThan(8);
    assertThat(hop.sent()).isEqualTo(atOnce);
  }

  private static long firstBurst(SimulatedHop hop) {
    while (hop.sent() == 0) {
      hop.pass(1);
    }
    return hop.sent();
  }
}
