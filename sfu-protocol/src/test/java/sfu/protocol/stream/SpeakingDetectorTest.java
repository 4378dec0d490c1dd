package sfu.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpeakingDetectorTest {

  private static final long MILLIS = 1_000_000;

  private final SpeakingDetector detector = new SpeakingDetector();
  private long nowMillis;
  private int changes;

  private void hear(int level, long forMillis) {
    for (long end = nowMillis + forMillis; nowMillis < end; nowMillis += 20) {
      changes += detector.onLevel(level, true, nowMillis * MILLIS) ? 1 : 0;
    }
  }

  @Test
  void speechIsNoticedWithinAFifthOfASecondAndEndsAfterAPause() {
    hear(80, 1_000);
    assertThat(detector.isSpeaking()).isFalse();
    hear(30, 200);
    assertThat(detector.isSpeaking()).isTrue();
    hear(80, 600);
    assertThat(detector.isSpeaking()).isTrue();
    hear(80, 200);
    assertThat(detector.isSpeaking()).isFalse();
    assertThat(changes).isEqualTo(2);
  }

  @Test
  void aClickIsNotSpeech() {
    hear(80, 1_000);
    hear(10, 60);
    hear(80, 1_000);
    assertThat(changes).isZero();
  }

  @Test
  void pausesBetweenWordsDoNotFlicker() {
    for (int i = 0; i < 20; i++) {
      hear(35, 400);
      hear(75, 400);
    }
    assertThat(detector.isSpeaking()).isTrue();
    assertThat(changes).isEqualTo(1);
  }

  @Test
  void theNoiseOfARoomIsNotSpeechForLong() {
    hear(48, 15_000);
    assertThat(detector.isSpeaking()).isFalse();
    hear(28, 300);
    assertThat(detector.isSpeaking()).isTrue();
  }

  @Test
  void aLongMonologueStaysSpeech() {
    for (int i = 0; i < 200; i++) {
      hear(30, 500);
      hear(60, 100);
    }
    assertThat(changes).isEqualTo(1);
  }

  @Test
  void silenceByAbsenceOfPacketsEndsIt() {
    hear(30, 400);
    assertThat(detector.isSpeaking()).isTrue();
    long deadline = detector.nextDeadlineNanos();
    assertThat(detector.poll(deadline - 1)).isFalse();
    assertThat(detector.poll(deadline)).isTrue();
    assertThat(detector.isSpeaking()).isFalse();
    assertThat(detector.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void packetsFarApartAreNotSpeech() {
    for (int i = 0; i < 5; i++) {
      assertThat(detector.onLevel(20, true, i * 5_000 * MILLIS)).isFalse();
    }
  }
}
