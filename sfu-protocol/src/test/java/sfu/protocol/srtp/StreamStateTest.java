package sfu.protocol.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The state kept for each SSRC, against the plainest collections that do the same. */
class StreamStateTest {
  @Property(tries = 200)
  void ssrcsAreNumberedInOrderOfArrival(@ForAll @Size(max = 300) List<Integer> ssrcs) {
    SsrcTable table = new SsrcTable();
    Map<Integer, Integer> model = new HashMap<>();
    for (int ssrc : ssrcs) {
      assertThat(table.find(ssrc)).isEqualTo(model.getOrDefault(ssrc, -1));
      if (!model.containsKey(ssrc)) {
        model.put(ssrc, model.size());
        assertThat(table.add(ssrc)).isEqualTo(model.get(ssrc));
      }
    }
    model.forEach((ssrc, stream) -> assertThat(table.find(ssrc)).isEqualTo(stream));
    assertThat(table.size()).isEqualTo(model.size());
  }

  @Test
  void ssrcsThatShareTheirLowBitsAreFoundToo() {
    SsrcTable table = new SsrcTable();
    for (int i = 0; i < 1000; i++) {
      table.add(i << 20 | i >>> 12);
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(table.find(i << 20 | i >>> 12)).isEqualTo(i);
    }
  }

  @Property(tries = 300)
  void theWindowRemembersWhatCameAndForgetsWhatIsOld(
      @ForAll @Size(max = 200) List<@IntRange(min = -1200, max = 1500) Integer> steps) {
    ReceivedStreams streams = new ReceivedStreams();
    streams.add(1, 0);
    streams.add(2, 5000);
    Set<Long> seen = new HashSet<>(Set.of(5000L));
    long highest = 5000;
    for (int step : steps) {
      long index = Math.max(0, highest + step);
      boolean replay = index <= highest - ReceivedStreams.WINDOW || seen.contains(index);
      assertThat(streams.isReplay(1, index)).isEqualTo(replay);
      if (!replay) {
        streams.accept(1, index);
        seen.add(index);
        highest = Math.max(highest, index);
      }
      assertThat(streams.highest(1)).isEqualTo(highest);
    }
    assertThat(streams.isReplay(0, 1)).as("the other stream").isFalse();
  }
}
