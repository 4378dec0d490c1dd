package sfu.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReceiveBitrateCapTest {

  private static final long MILLIS = 1_000_000;

  private final ReceiveBitrateCap cap = new ReceiveBitrateCap(8_000_000);

  @Test
  void nothingIsSaidToATransportThatProducesNothing() {
    assertThat(cap.poll(0)).isFalse();
    cap.onProducers(1, 0);
    assertThat(cap.poll(0)).isTrue();
    cap.onProducers(0, 10 * MILLIS);
    assertThat(cap.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void theCapIsRepeatedEverySecondAndToldToANewProducerAtOnce() {
    cap.onProducers(1, 0);
    assertThat(cap.poll(0)).isTrue();
    assertThat(cap.poll(999 * MILLIS)).isFalse();
    assertThat(cap.poll(1_000 * MILLIS)).isTrue();
    cap.onProducers(2, 1_100 * MILLIS);
    assertThat(cap.poll(1_100 * MILLIS)).isTrue();
    cap.onProducers(1, 1_200 * MILLIS);
    assertThat(cap.poll(1_200 * MILLIS)).isFalse();
  }

  @Test
  void aChangeIsToldAtOnce() {
    cap.onProducers(1, 0);
    cap.poll(0);
    cap.change(8_000_000, 100);
    assertThat(cap.poll(100)).isFalse();
    cap.change(1_000_000, 100);
    assertThat(cap.poll(100)).isTrue();
    assertThat(cap.bitrateBps()).isEqualTo(1_000_000);
  }
}
