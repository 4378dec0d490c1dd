package sfu.node.media.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RetransmissionsTest {
  private static final long MILLI = 1_000_000L;
  private static final long ROUND_TRIP = 80 * MILLI;

  private final Retransmissions retransmissions = new Retransmissions();

  @Test
  void whoAsksTwiceWithinARoundTripIsAnsweredOnce() {
    assertThat(ask(7, 0)).isTrue();
    assertThat(ask(7, 79)).isFalse();
    assertThat(ask(7, 80)).isTrue();
    assertThat(ask(7, 100)).isFalse();
  }

  @Test
  void otherNumbersAndOtherStreamsAreOtherPackets() {
    assertThat(ask(7, 0)).isTrue();
    assertThat(ask(8, 1)).isTrue();
    assertThat(ask(2, 7, ROUND_TRIP, 2)).isTrue();
  }

  @Test
  void aRoundTripOfNextToNothingStillTakesTenMilliseconds() {
    assertThat(ask(1, 7, 1, 0)).isTrue();
    assertThat(ask(1, 7, 1, 9)).isFalse();
    assertThat(ask(1, 7, 1, 10)).isTrue();
  }

  @Test
  void aThousandASecondAreEnough() {
    int sent = 0;
    for (int i = 0; i < 5_000; i++) {
      sent += ask(i, i / 10) ? 1 : 0;
    }
    assertThat(sent).isEqualTo(1_000);
    assertThat(ask(9_999, 1_000)).isTrue();
  }

  @Test
  void whatCouldNotBeSentMayBeAskedForAgainAtOnce() {
    assertThat(retransmissions.isWorthwhile(1, 7, ROUND_TRIP, 0)).isTrue();
    assertThat(ask(7, 1)).isTrue();
  }

  @Test
  void whatIsAskedInVainTakesFromTheBudgetToo() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(retransmissions.hasBudget(0)).isTrue();
      retransmissions.isWorthwhile(1, i, ROUND_TRIP, 0);
    }
    assertThat(retransmissions.hasBudget(999 * MILLI)).isFalse();
    assertThat(retransmissions.hasBudget(1_000 * MILLI)).isTrue();
  }

  private boolean ask(int sequence, long millis) {
    return ask(1, sequence, ROUND_TRIP, millis);
  }

  /** A NACK for a packet that is there. */
  private boolean ask(int ssrc, int sequence, long roundTripNanos, long millis) {
    long now = millis * MILLI;
    if (!retransmissions.hasBudget(now) || !retransmissions.isWorthwhile(ssrc, sequence, roundTripNanos, now)) {
      return false;
    }
    retransmissions.sent(ssrc, sequence, now);
    return true;
  }
}
