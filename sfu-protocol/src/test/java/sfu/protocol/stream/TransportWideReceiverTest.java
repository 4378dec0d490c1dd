package sfu.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TransportWideReceiverTest {

  private static final long MILLIS = 1_000_000;
  private static final long LOST = TransportWideReceiver.LOST;

  private final TransportWideReceiver receiver = new TransportWideReceiver();

  private void arrive(int sequence, long nowMillis) {
    receiver.onPacket(sequence & 0xffff, 1200, nowMillis * MILLIS);
  }

  private long[] report(long nowMillis) {
    int count = receiver.prepare();
    long[] ticks = Arrays.copyOf(receiver.arrivalTicks(), count);
    receiver.reported(count, nowMillis * MILLIS);
    return ticks;
  }

  @Test
  void aMessageCoversWhatArrivedAndWhatIsMissingBetween() {
    arrive(65_535, 100);
    arrive(65_536, 101);
    arrive(65_538, 103);
    assertThat(receiver.prepare()).isEqualTo(4);
    assertThat(receiver.baseSequence()).isEqualTo(65_535);
    assertThat(report(150)).containsExactly(0, 4, LOST, 12);
    assertThat(receiver.prepare()).isZero();
    assertThat(receiver.baseSequence()).isEqualTo(3);
    assertThat(receiver.feedbackCount()).isEqualTo(1);
  }

  @Test
  void lossAcrossTwoMessagesIsReportedInTheSecond() {
    arrive(1, 0);
    report(50);
    arrive(4, 60);
    assertThat(report(100)).containsExactly(LOST, LOST, 240);
  }

  @Test
  void feedbackIsDueAfterAnIntervalThatFollowsTheBitrate() {
    assertThat(receiver.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    arrive(0, 0);
    assertThat(receiver.due(49 * MILLIS)).isFalse();
    assertThat(receiver.due(50 * MILLIS)).isTrue();
    report(50);
    assertThat(receiver.due(5_000 * MILLIS)).isFalse();
    // 1200 bytes in a window of one second: 5 % of that would be less than the ten messages a second that a sender needs to ramp up.
    arrive(1, 1_500);
    report(1_500);
    arrive(2, 1_510);
    assertThat(receiver.nextDeadlineNanos()).isEqualTo(1_600 * MILLIS);
  }

  @Test
  void manyPacketsAreReportedBeforeTheIntervalEnds() {
    for (int i = 0; i < 100; i++) {
      assertThat(receiver.due(i * MILLIS / 10)).isFalse();
      receiver.onPacket(i, 1200, i * MILLIS / 10);
    }
    assertThat(receiver.due(10 * MILLIS)).isTrue();
  }

  @Test
  void swappedAndDuplicatePacketsAreSortedOut() {
    arrive(10, 0);
    arrive(12, 1);
    arrive(11, 2);
    arrive(11, 3);
    arrive(9, 4);
    assertThat(receiver.duplicates()).isEqualTo(1);
    assertThat(report(50)).containsExactly(16, 0, 8, 4);
  }

  @Test
  void aPacketThatComesAfterItWasReportedLostReopensTheReport() {
    arrive(1, 0);
    arrive(3, 1);
    assertThat(report(50)).containsExactly(0, LOST, 4);
    arrive(2, 60);
    arrive(4, 61);
    assertThat(receiver.prepare()).isEqualTo(3);
    assertThat(receiver.baseSequence()).isEqualTo(2);
    assertThat(report(100)).containsExactly(240, 4, 244);
  }

  @Test
  void whatTheWriterHadNoRoomForIsReportedNext() {
    for (int i = 0; i < 30; i++) {
      arrive(i, i);
    }
    assertThat(receiver.prepare()).isEqualTo(30);
    receiver.reported(10, 50 * MILLIS);
    assertThat(receiver.due(50 * MILLIS)).isFalse();
    assertThat(receiver.nextDeadlineNanos()).isLessThan(Long.MAX_VALUE);
    assertThat(receiver.prepare()).isEqualTo(20);
    assertThat(receiver.baseSequence()).isEqualTo(10);
  }

  @Test
  void ofALongLossTheEndIsReportedSoThatEveryMessageHoldsAnArrival() {
    arrive(0, 0);
    report(50);
    arrive(5_000, 2_000);
    arrive(5_002, 2_001);
    long[] first = report(2_050);
    assertThat(first).hasSize(512);
    assertThat(first[510]).isEqualTo(LOST);
    assertThat(first[511]).isEqualTo(8_000);
    assertThat(report(2_051)).containsExactly(LOST, 8_004);
  }

  @Test
  void aBurstLongerThanAMessageTakesSeveral() {
    for (int i = 0; i < 1_300; i++) {
      receiver.onPacket(i, 100, i * 1_000L);
    }
    assertThat(report(2)).hasSize(512);
    assertThat(receiver.due(2 * MILLIS)).isTrue();
    assertThat(report(2)).hasSize(512);
    assertThat(report(2)).hasSize(276);
    assertThat(receiver.received()).isEqualTo(1_300);
  }

  @Test
  void aFarJumpStartsAnew() {
    arrive(0, 0);
    arrive(20_000, 10);
    assertThat(receiver.prepare()).isEqualTo(1);
    assertThat(receiver.baseSequence()).isEqualTo(20_000);
  }

  @Test
  void aPacketOlderThanTheRewindIsOnlyCounted() {
    for (int i = 0; i < 400; i++) {
      arrive(i + 1000, i);
    }
    report(500);
    arrive(1000 + 100, 600);
    arrive(400, 600);
    assertThat(receiver.tooLate()).isEqualTo(2);
    assertThat(receiver.prepare()).isZero();
  }

  @Property(tries = 150)
  void anySequenceNumbersGiveMessagesThatEndWithAnArrival(@ForAll int[] wire) {
    TransportWideReceiver any = new TransportWideReceiver();
    long now = -1_000_000_000L;
    int sequence = 0;
    for (int word : wire) {
      now += word & 0xff_ffff;
      sequence += (word & 0x8000_0000) == 0 ? (word >>> 22) : -(word >>> 17);
      any.onPacket(sequence & 0xffff, 1200, now);
      if ((word & 0xc0_0000) == 0) {
        int count = any.prepare();
        assertThat(count).isBetween(0, TransportWideReceiver.MAX_PACKETS_PER_MESSAGE);
        if (count > 0) {
          assertThat(any.arrivalTicks()[count - 1]).isNotNegative();
          any.reported(1 + (word & 0xff) % count, now);
        }
      }
    }
  }
}
