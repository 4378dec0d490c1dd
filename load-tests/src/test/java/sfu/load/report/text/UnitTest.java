package sfu.load.report.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class UnitTest {

  @ParameterizedTest
  @CsvSource({
    "COUNT, 0, 0",
    "COUNT, 9876, 9876",
    "COUNT, 1234567, 1.23 M",
    "COUNT, 999700, 1 M",
    "PER_SECOND, 48230, 48.2 k/s",
    "PER_SECOND, 12, 12/s",
    "BITS_PER_SECOND, 42000000, 42 Mbit/s",
    "BYTES, 181000, 181 KB",
    "BYTES, 1500000000, 1.5 GB",
    "BYTES, 12, 12 B",
    "PERCENT, 0, 0 %",
    "PERCENT, 0.012345, 0.012 %",
    "PERCENT, 0.00001, <0.0001 %",
    "PERCENT, 12.34, 12.3 %",
    "MILLISECONDS, 3.4, 3.4 ms",
    "MILLISECONDS, 0.0042, 4.2 µs",
    "MILLISECONDS, 640, 640 ms",
    "MILLISECONDS, 1234, 1.23 s",
    "MICROSECONDS, 1.934, 1.93 µs",
    "CORES, 0.0349, 0.03",
    "RATIO, 0.371, 0.371×"
  })
  void writesNumbersForPeople(Unit unit, double value, String text) {
    assertThat(unit.format(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @EnumSource
  void writesADashForWhatIsNotKnown(Unit unit) {
    assertThat(unit.format(Double.NaN)).isEqualTo("–");
    assertThat(unit.format(Double.POSITIVE_INFINITY)).isEqualTo("–");
  }

  @Test
  void writesTheSameInEveryCountry() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(Unit.MILLISECONDS.format(0.12)).isEqualTo("0.12 ms");
    } finally {
      Locale.setDefault(before);
    }
  }
}
