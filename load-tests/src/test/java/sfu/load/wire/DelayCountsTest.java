package sfu.load.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DelayCountsTest {

  private static final int BITS = 11;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1_023, 2_047, 2_048, 2_049, 10_000, 123_456, 9_999_999, 59_999_999})
  void aDelayIsKeptToAThousandth(long micros) {
    DelayCounts counts = new DelayCounts(BITS);

    counts.record(micros);

    assertThat(counts.atPercentile(50)).isCloseTo(micros, within(micros / 1_000));
  }

  @Test
  void agreesWithHdrHistogram() {
    DelayCounts counts = new DelayCounts(BITS);
    Histogram expected = new Histogram(3);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      long micros = (long) Math.exp(random.nextDouble(0, 17));
      counts.record(micros);
      expected.recordValue(micros);
    }
    Histogram copy = new Histogram(3);
    counts.addTo(copy);

    assertThat(counts.total()).isEqualTo(expected.getTotalCount());
    for (double percentile : new double[] {1, 50, 90, 99, 99.9, 99.99}) {
      long value = expected.getValueAtPercentile(percentile);
      assertThat(counts.atPercentile(percentile)).isCloseTo(value, Percentage.withPercentage(0.2));
      assertThat(copy.getValueAtPercentile(percentile)).isCloseTo(value, Percentage.withPercentage(0.2));
    }
  }

  @Test
  void whatIsTooLongIsTheLongest() {
    DelayCounts counts = new DelayCounts(BITS);

    counts.record(Long.MAX_VALUE);
    counts.record(-5);

    assertThat(counts.atPercentile(100)).isCloseTo(60_000_000, Percentage.withPercentage(0.1));
    assertThat(counts.atPercentile(1)).isZero();
  }

  @Test
  void withoutDelaysThereIsNoPercentile() {
    DelayCounts counts = new DelayCounts(BITS);
    counts.record(7);
    counts.reset();

    assertThat(counts.atPercentile(50)).isEqualTo(-1);
  }
}
