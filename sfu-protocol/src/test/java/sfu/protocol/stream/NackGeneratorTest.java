package sfu.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class NackGeneratorTest {

  private static final long MILLIS = 1_000_000;
  private static final long RTT = 40 * MILLIS;

  private final NackGenerator nack = new NackGenerator();
  private final int[] out = new int[1000];

  private boolean arrive(int sequence, long nowMillis) {
    return nack.onPacket(sequence & 0xffff, false, false, nowMillis * MILLIS);
  }

  private int[] poll(long nowMillis) {
    return Arrays.copyOf(out, nack.poll(nowMillis * MILLIS, RTT, out));
  }

  @Test
  void lossOfAPacketIsNackedAfterReordering() {
    arrive(65_534, 0);
    arrive(65_534 + 3, 5);
    assertThat(poll(5)).isEmpty();
    assertThat(nack.nextDeadlineNanos()).isEqualTo(15 * MILLIS);
    assertThat(poll(15)).containsExactly(65_535, 0);
    assertThat(poll(16)).isEmpty();
  }

  @Test
  void aSwappedPacketIsNotNacked() {
    arrive(1, 0);
    arrive(3, 2);
    assertThat(arrive(2, 4)).isTrue();
    assertThat(poll(100)).isEmpty();
    assertThat(nack.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(nack.reordered()).isEqualTo(1);
    assertThat(nack.recovered()).isZero();
  }

  @Test
  void aPathThatReordersMoreTeachesALongerWait() {
    arrive(1, 0);
    arrive(3, 0);
    assertThat(poll(10)).containsExactly(2);
    arrive(2, 15);
    arrive(5, 20);
    assertThat(poll(35)).isEmpty();
    arrive(4, 36);
    assertThat(nack.reordered()).isEqualTo(2);
  }

  @Test
  void aPacketIsAskedForEveryRoundTripThenGivenUpForAKeyFrame() {
    arrive(1, 0);
    arrive(3, 0);
    int asked = 0;
    for (long now = 0; now < 2_000; now++) {
      asked += poll(now).length;
    }
    assertThat(asked).isEqualTo(10);
    assertThat(nack.missing()).isZero();
    assertThat(nack.abandoned()).isEqualTo(1);
    assertThat(nack.needsKeyFrame()).isTrue();
    nack.onPacket(4, true, false, 2_000 * MILLIS);
    assertThat(nack.needsKeyFrame()).isFalse();
  }

  @Test
  void aPacketFromBeforeTheLatestKeyFrameIsGivenUpSilently() {
    arrive(1, 0);
    nack.onPacket(3, true, false, 0);
    for (long now = 0; now < 2_000; now++) {
      poll(now);
    }
    assertThat(nack.abandoned()).isEqualTo(1);
    assertThat(nack.needsKeyFrame()).isFalse();
  }

  @Test
  void aRetransmissionEndsTheAsking() {
    arrive(1, 0);
    arrive(3, 0);
    assertThat(poll(10)).containsExactly(2);
    assertThat(nack.onPacket(2, false, true, 52 * MILLIS)).isTrue();
    assertThat(nack.onPacket(2, false, true, 53 * MILLIS)).isFalse();
    assertThat(poll(1_000)).isEmpty();
    assertThat(nack.recovered()).isEqualTo(1);
  }

  @Test
  void tooManyMissingPacketsAreGivenUpToTheLatestKeyFrame() {
    arrive(0, 0);
    arrive(601, 0);
    nack.onPacket(602, true, false, 0);
    arrive(1003, 0);
    assertThat(nack.missing()).isEqualTo(1000);
    arrive(1005, 0);
    assertThat(nack.missing()).isEqualTo(401);
    assertThat(nack.needsKeyFrame()).isFalse();
    assertThat(nack.abandoned()).isEqualTo(600);
  }

  @Test
  void tooManyMissingPacketsWithoutAKeyFrameAreAllGivenUp() {
    arrive(0, 0);
    arrive(999, 0);
    arrive(1100, 0);
    assertThat(nack.missing()).isZero();
    assertThat(nack.needsKeyFrame()).isTrue();
    assertThat(poll(1_000)).isEmpty();
    assertThat(nack.abandoned()).isEqualTo(998 + 100);
  }

  @Test
  void aLongGapAfterAnOutageIsNotAskedForButAKeyFrameIs() {
    arrive(0, 0);
    arrive(800, 2_000);
    assertThat(poll(3_000)).isEmpty();
    assertThat(nack.needsKeyFrame()).isTrue();
  }

  @Test
  void aSmallGapInAStreamOfOneFrameInTwoSecondsIsAskedFor() {
    arrive(0, 0);
    arrive(3, 2_000);
    assertThat(poll(2_010)).containsExactly(1, 2);
  }

  @Test
  void aJumpBackwardsStartsAnew() {
    arrive(40_000, 0);
    arrive(40_002, 0);
    arrive(100 + 16_384, 10);
    assertThat(nack.missing()).isZero();
    assertThat(nack.needsKeyFrame()).isTrue();
    arrive(102 + 16_384, 10);
    assertThat(poll(20)).containsExactly(101 + 16_384);
  }

  @Test
  void whatDoesNotFitIntoOneMessageIsDueAtOnce() {
    arrive(0, 0);
    arrive(10, 0);
    int[] four = new int[4];
    assertThat(nack.poll(10 * MILLIS, RTT, four)).isEqualTo(4);
    assertThat(four).containsExactly(1, 2, 3, 4);
    assertThat(nack.nextDeadlineNanos()).isLessThanOrEqualTo(10 * MILLIS);
    assertThat(nack.poll(10 * MILLIS, RTT, four)).isEqualTo(4);
    assertThat(nack.poll(10 * MILLIS, RTT, four)).isEqualTo(1);
    assertThat(nack.poll(10 * MILLIS, RTT, four)).isZero();
  }

  @Test
  void withoutAKnownRoundTripTheAnswersTeachIt() {
    arrive(0, 0);
    int sequence = 0;
    for (int round = 0; round < 20; round++) {
      long now = round * 1_000;
      arrive(sequence += 2, now);
      assertThat(nack.poll((now + 10) * MILLIS, 0, out)).isEqualTo(1);
      nack.onPacket(sequence - 1, false, true, (now + 50) * MILLIS);
    }
    arrive(sequence + 2, 20_000);
    assertThat(nack.poll(20_010 * MILLIS, 0, out)).isEqualTo(1);
    assertThat(nack.nextDeadlineNanos()).isEqualTo(20_060 * MILLIS);
  }

  @Test
  void anAnswerTooSoonAfterARepetitionTeachesPatience() {
    arrive(0, 0);
    arrive(2, 0);
    assertThat(poll(10)).containsExactly(1);
    assertThat(poll(60)).containsExactly(1);
    // 20 ms after the second request, at a round trip of 40 ms: this answers the first one, 70 ms ago.
    nack.onPacket(1, false, true, 75 * MILLIS);
    arrive(4, 100);
    assertThat(poll(110)).containsExactly(3);
    assertThat(nack.nextDeadlineNanos()).isEqualTo((110 + 75) * MILLIS);
  }

  @Test
  void requestsAreNotMoreThanThePacketsThatArriveOnceTheReserveIsSpent() {
    int asked = 0;
    int arrived = 0;
    for (int i = 0; i < 20_000; i++) {
      if (i % 10 == 0) {
        arrive(i, i);
        arrived++;
      }
      asked += poll(i).length;
    }
    assertThat(asked).isBetween(arrived, arrived + 300);
  }

  @Test
  void aStreamThatWasPausedBeginsWithoutAGap() {
    arrive(0, 0);
    arrive(2, 0);
    nack.reset();
    arrive(500, 10);
    assertThat(poll(1_000)).isEmpty();
    assertThat(nack.needsKeyFrame()).isFalse();
  }

  @Property(tries = 200)
  void anyPacketsKeepTheTableBoundedAndTheDeadlineHonest(@ForAll int[] wire) {
    NackGenerator any = new NackGenerator();
    long now = 0;
    int sequence = 0;
    for (int word : wire) {
      now += word & 0x3ff_ffff;
      sequence += (word & 0x8000_0000) == 0 ? (word >>> 20) : -(word >>> 16);
      any.onPacket(sequence & 0xffff, (word & 7) == 0, (word & 8) == 0, now);
      assertThat(any.missing()).isBetween(0, NackGenerator.MAX_MISSING);
      int asked = any.poll(now, RTT, out);
      assertThat(asked).isLessThanOrEqualTo(any.missing());
      assertThat(any.nextDeadlineNanos()).isGreaterThan(now);
      assertThat(any.nextDeadlineNanos() == Long.MAX_VALUE).isEqualTo(any.missing() == 0);
    }
  }
}
