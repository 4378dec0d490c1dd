package sfu.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import sfu.protocol.stream.ReceiveStatistics.Arrival;

class ReceiveStatisticsTest {

  private static final long MILLIS = 1_000_000;

  private final ReceiveStatistics statistics = new ReceiveStatistics(90_000);

  private Arrival arrive(int sequence) {
    return statistics.onPacket(sequence & 0xffff, 0, 1000, 0);
  }

  @Test
  void nothingIsReportedBeforeTheFirstPacketNorWithoutANewOne() {
    assertThat(statistics.prepareReport()).isFalse();
    arrive(1);
    assertThat(statistics.prepareReport()).isTrue();
    assertThat(statistics.prepareReport()).isFalse();
  }

  @Test
  void lossIsCumulativeAndAFractionOfTheIntervalSinceTheLastReport() {
    for (int i = 0; i < 100; i++) {
      if (i % 4 != 3) {
        arrive(65_500 + i);
      }
    }
    arrive(65_600);
    assertThat(statistics.prepareReport()).isTrue();
    assertThat(statistics.cumulativeLost()).isEqualTo(25);
    assertThat(statistics.fractionLost()).isEqualTo(25 * 256 / 101);
    for (int i = 1; i <= 10; i++) {
      arrive(65_600 + i);
    }
    assertThat(statistics.prepareReport()).isTrue();
    assertThat(statistics.cumulativeLost()).isEqualTo(25);
    assertThat(statistics.fractionLost()).isZero();
  }

  @Test
  void theExtendedHighestSequenceNumberCountsCycles() {
    for (int i = 0; i < 65_536 * 2 + 10; i++) {
      arrive(i);
    }
    assertThat(statistics.extendedHighestSequence()).isEqualTo(2 << 16 | 9);
    statistics.prepareReport();
    assertThat(statistics.cumulativeLost()).isZero();
  }

  @Test
  void duplicatesAreToldFromLatePacketsAndMakeTheCumulativeLossNegative() {
    assertThat(arrive(10)).isEqualTo(Arrival.NEWEST);
    assertThat(arrive(12)).isEqualTo(Arrival.NEWEST);
    assertThat(arrive(11)).isEqualTo(Arrival.LATE);
    assertThat(arrive(11)).isEqualTo(Arrival.DUPLICATE);
    assertThat(arrive(12)).isEqualTo(Arrival.DUPLICATE);
    assertThat(statistics.duplicates()).isEqualTo(2);
    statistics.prepareReport();
    assertThat(statistics.cumulativeLost()).isEqualTo(-2);
  }

  @Test
  void aSequenceNumberSeenACycleOfTheWindowAgoIsNotADuplicate() {
    for (int i = 0; i < 5000; i++) {
      assertThat(arrive(i)).isEqualTo(Arrival.NEWEST);
    }
    assertThat(arrive(5500)).isEqualTo(Arrival.NEWEST);
    for (int i = 5499; i > 5500 - 1024 && i >= 5000; i--) {
      assertThat(arrive(i)).isEqualTo(Arrival.LATE);
    }
    assertThat(arrive(4999)).isEqualTo(Arrival.DUPLICATE);
  }

  @Test
  void aFarJumpIsRefusedUntilASecondPacketInOrderConfirmsIt() {
    arrive(100);
    assertThat(arrive(20_000)).isEqualTo(Arrival.SUSPECT);
    assertThat(arrive(101)).isEqualTo(Arrival.NEWEST);
    assertThat(arrive(40_000)).isEqualTo(Arrival.SUSPECT);
    assertThat(arrive(40_001)).isEqualTo(Arrival.RESTARTED);
    assertThat(statistics.packets()).isEqualTo(3);
    assertThat(statistics.restarts()).isEqualTo(1);
    statistics.prepareReport();
    assertThat(statistics.cumulativeLost()).isZero();
    assertThat(statistics.extendedHighestSequence()).isEqualTo(40_001);
  }

  @Test
  void aRetransmissionRepairsOnceAndDoesNotHideTheLossFromTheReport() {
    arrive(1);
    arrive(3);
    assertThat(statistics.onRecovered(2)).isTrue();
    assertThat(statistics.onRecovered(2)).isFalse();
    assertThat(statistics.onRecovered(1)).isFalse();
    statistics.prepareReport();
    assertThat(statistics.cumulativeLost()).isEqualTo(1);
    assertThat(statistics.recovered()).isEqualTo(1);
    assertThat(arrive(2)).isEqualTo(Arrival.DUPLICATE);
  }

  @Test
  void aCopyThatOvertakesItsOriginalIsLeftToTheOriginal() {
    assertThat(statistics.onRecovered(1)).isFalse();
    arrive(1);
    assertThat(statistics.onRecovered(2)).isFalse();
    assertThat(arrive(2)).isEqualTo(Arrival.NEWEST);
    assertThat(statistics.onRecovered(2)).isFalse();
  }

  @Test
  void jitterConvergesToTheMeanDeviationOfTheTransitTime() {
    for (int i = 0; i < 500; i++) {
      long sentNanos = i * 20 * MILLIS;
      statistics.onPacket(i, i * 1800, 1000, sentNanos + (i % 2) * 5 * MILLIS);
    }
    assertThat(statistics.jitter()).isBetween(430, 450);
  }

  @Test
  void timestampsThatMoveBySecondsAreNotJitter() {
    for (int i = 0; i < 50; i++) {
      statistics.onPacket(i, i * 1800, 1000, i * 20 * MILLIS);
    }
    for (int i = 50; i < 100; i++) {
      statistics.onPacket(i, 1_000_000_000 + i * 1800, 1000, i * 20 * MILLIS);
    }
    assertThat(statistics.jitter()).isLessThanOrEqualTo(1);
  }

  @Property(tries = 200)
  void anySequenceOfPacketsKeepsTheReportInItsBounds(@ForAll int[] wire) {
    ReceiveStatistics any = new ReceiveStatistics(48_000);
    long now = 0;
    for (int word : wire) {
      now += word & 0xff_ffff;
      if ((word & 1) == 0) {
        any.onPacket(word >>> 16, word, 100, now);
      } else {
        any.onRecovered(word >>> 16);
      }
      any.prepareReport();
      assertThat(any.fractionLost()).isBetween(0, 255);
      assertThat(any.cumulativeLost()).isBetween(-0x80_0000, 0x7f_ffff);
      assertThat(any.jitter()).isNotNegative();
    }
  }
}
