package sfu.load.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import sfu.load.engine.StreamKey;
import sfu.load.wire.GapReport.Gap;
import sfu.load.wire.GapReport.Spread;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

class GapReportTest {

  private static final long MILLI = 1_000_000;

  private final GapReport report =
      new GapReport(
          "a node is killed",
          7 * MILLI,
          List.of(gap(1, 2, StreamType.AUDIO, 40), gap(2, 1, StreamType.AUDIO, 900), gap(3, 1, StreamType.AUDIO, 60),
              gap(3, 1, StreamType.CAMERA, 1_200)));

  @Test
  void spreadsByType() {
    assertThat(report.spread(StreamType.AUDIO)).isEqualTo(new Spread(3, 40 * MILLI, 60 * MILLI, 900 * MILLI));
    assertThat(report.spread(StreamType.SCREEN)).isEqualTo(new Spread(0, 0, 0, 0));
    assertThat(report.spread().maxNanos()).isEqualTo(1_200 * MILLI);
  }

  @Test
  void namesTheWorstFirst() {
    assertThat(report.worst(2)).extracting(Gap::toString)
        .containsExactly("3 of 1's camera: 1200 ms from 5 ms on", "2 of 1's audio: 900 ms from 5 ms on");
  }

  @Test
  void theTableHasALineForEachType() {
    assertThat(report.table().lines())
        .containsExactly(
            "longest gaps, ms                                         stream   pairs      min   median      max",
            "a node is killed                                         audio        3       40       60      900",
            "a node is killed                                         camera       1     1200     1200     1200",
            "                                                         stalls of this process: 7 ms at most");
  }

  private static Gap gap(int receiver, int sender, StreamType type, long millis) {
    StreamKey stream = new StreamKey(SessionId.of(sender), type);
    return new Gap(SessionId.of(receiver), stream, millis * MILLI, 5 * MILLI, false);
  }
}
