package sfu.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyFrameRequesterTest {

  private static final long MILLIS = 1_000_000;
  private static final long RTT = 50 * MILLIS;

  private final KeyFrameRequester requester = new KeyFrameRequester();

  @Test
  void theFirstRequestGoesAtOnceAndJoinsWithOthers() {
    assertThat(requester.poll(0, RTT)).isFalse();
    requester.request(0);
    requester.request(0);
    assertThat(requester.poll(0, RTT)).isTrue();
    requester.request(10 * MILLIS);
    assertThat(requester.poll(10 * MILLIS, RTT)).isFalse();
    assertThat(requester.sent()).isEqualTo(1);
  }

  @Test
  void anUnansweredRequestIsRepeatedMoreAndMoreSlowlyThenGivenUp() {
    requester.request(0);
    long[] sentAt = new long[10];
    int sent = 0;
    for (long now = 0; now < 20_000; now++) {
      if (requester.poll(now * MILLIS, RTT)) {
        sentAt[sent++] = now;
      }
    }
    assertThat(sentAt).startsWith(0, 350, 1050, 2450, 5250, 8050);
    assertThat(sent).isEqualTo(6);
    assertThat(requester.unanswered()).isEqualTo(1);
    assertThat(requester.isWaiting()).isFalse();
    assertThat(requester.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aKeyFrameEndsTheWait() {
    requester.request(0);
    requester.poll(0, RTT);
    requester.onKeyFrame(80 * MILLIS);
    assertThat(requester.isWaiting()).isFalse();
    assertThat(requester.poll(5_000 * MILLIS, RTT)).isFalse();
    assertThat(requester.answered()).isEqualTo(1);
    assertThat(requester.lastAnswerNanos()).isEqualTo(80 * MILLIS);
  }

  @Test
  void viewersWhoKeepAskingGetAKeyFrameNoMoreOftenThanTheInterval() {
    int sent = 0;
    for (long now = 0; now < 3_000; now += 10) {
      requester.request(now * MILLIS);
      if (requester.poll(now * MILLIS, RTT)) {
        sent++;
        requester.onKeyFrame((now + 5) * MILLIS);
      }
    }
    assertThat(sent).isEqualTo(9);
  }

  @Test
  void aKeyFrameThatComesByItselfSavesARequestThatWasHeldBack() {
    requester.request(0);
    requester.poll(0, RTT);
    requester.onKeyFrame(60 * MILLIS);
    requester.request(100 * MILLIS);
    assertThat(requester.nextDeadlineNanos()).isEqualTo(350 * MILLIS);
    requester.onKeyFrame(200 * MILLIS);
    assertThat(requester.poll(350 * MILLIS, RTT)).isFalse();
  }

  @Test
  void repetitionsKeepTheCommandNumberAndANewRequestTakesAnother() {
    requester.request(0);
    requester.poll(0, RTT);
    int first = requester.firSequence();
    requester.poll(400 * MILLIS, RTT);
    assertThat(requester.firSequence()).isEqualTo(first);
    requester.onKeyFrame(500 * MILLIS);
    requester.request(600 * MILLIS);
    assertThat(requester.firSequence()).isEqualTo(first + 1);
  }

  @Test
  void aSenderThatIsBackIsAskedAtOnceAndNotWhenPatienceEnds() {
    requester.request(0);
    for (long now = 0; now < 6_000; now++) {
      requester.poll(now * MILLIS, RTT);
    }
    assertThat(requester.nextDeadlineNanos()).isGreaterThan(7_000 * MILLIS);
    requester.onSenderBack(6_000 * MILLIS);
    assertThat(requester.nextDeadlineNanos()).isEqualTo(6_000 * MILLIS);
    assertThat(requester.poll(6_000 * MILLIS, RTT)).isTrue();
    assertThat(requester.nextDeadlineNanos()).isLessThan(6_400 * MILLIS);
  }
}
