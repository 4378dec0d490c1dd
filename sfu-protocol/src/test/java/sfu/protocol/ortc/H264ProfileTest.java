package sfu.protocol.ortc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class H264ProfileTest {

  @ParameterizedTest
  @CsvSource({
    "42e00c, CONSTRAINED_BASELINE",
    "42e01f, CONSTRAINED_BASELINE",
    "42E01F, CONSTRAINED_BASELINE",
    "42c02a, CONSTRAINED_BASELINE",
    "42de0b, UNKNOWN",
    "4d8015, CONSTRAINED_BASELINE",
    "58f02a, CONSTRAINED_BASELINE",
    "42a01f, BASELINE",
    "42001f, BASELINE",
    "58a01f, BASELINE",
    "4d401e, MAIN",
    "64001f, HIGH",
    "640028, HIGH",
    "640c0d, CONSTRAINED_HIGH",
    "f4001f, HIGH_444",
    "640004, HIGH",
    "64081f, UNKNOWN",
    "6400, UNKNOWN",
    "64002800, UNKNOWN",
    "zzzzzz, UNKNOWN",
  })
  void profileIsWhatRfc6184SaysItMeans(String profileLevelId, H264Profile profile) {
    assertThat(H264Profile.of(Map.of("profile-level-id", profileLevelId))).isEqualTo(profile);
  }

  @Test
  void absentProfileIsConstrainedBaselineAndLostQuotesDoNotMatter() {
    assertThat(H264Profile.of(Map.of())).isEqualTo(H264Profile.CONSTRAINED_BASELINE);
    assertThat(H264Profile.of(Map.of("profile-level-id", 640028))).isEqualTo(H264Profile.HIGH);
  }
}
