package sfu.node.media.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LinkStreamsTest {
  private static final long NOW = 1_000_000_000_000L;

  private final LinkStreams streams = new LinkStreams();

  @Test
  void noTwoInUseShareAnSsrc() {
    Set<Integer> ssrcs = new HashSet<>();
    for (int i = 0; i < LinkStreams.MAX_SSRCS / 2; i++) {
      LinkStream stream = streams.take(NOW);
      assertThat(ssrcs.add(stream.ssrc)).isTrue();
      assertThat(ssrcs.add(stream.rtxSsrc)).isTrue();
    }
    assertThat(streams.take(NOW)).as("more than a receiver keeps state for").isNull();
  }

  @Test
  void whoTakesAUsedSsrcGoesOnWithItsNumbers() {
    LinkStream first = streams.take(NOW);
    long begun = first.lastSequence();
    assertThat(begun).isBetween(-1L, (1L << 14) - 2);
    first.sent(begun + 70_000);
    first.sent(begun + 69_990);
    int rtx = first.nextRtxSequence();
    streams.release(first, NOW);

    assertThat(streams.take(NOW + LinkStreams.QUARANTINE_NANOS - 1)).isNotSameAs(first);
    LinkStream again = streams.take(NOW + LinkStreams.QUARANTINE_NANOS);
    assertThat(again).isSameAs(first);
    assertThat(again.lastSequence()).isEqualTo(begun + 70_000);
    assertThat(again.nextRtxSequence()).isEqualTo(rtx + 1 & 0xffff);
  }
}
