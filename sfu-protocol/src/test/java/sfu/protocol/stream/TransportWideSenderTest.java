package sfu.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TransportWideSenderTest {

  private record Result(long sentNanos, long arrivalNanos, int bytes, boolean again) {
    Result(long sentNanos, long arrivalNanos, int bytes) {
      this(sentNanos, arrivalNanos, bytes, false);
    }
  }

  private static final long MILLIS = 1_000_000;

  private final List<Result> results = new ArrayList<>();
  private final TransportWideSender sender =
      new TransportWideSender(
          (sent, arrival, bytes, again) -> results.add(new Result(sent, arrival, bytes, again)));

  @Test
  void eachPacketIsToldOnceWithWhatBecameOfIt() {
    assertThat(sender.onSending(100, 1)).isEqualTo(0);
    assertThat(sender.onSending(200, 2)).isEqualTo(1);
    sender.onFeedback(0, true, 4);
    sender.onFeedback(1, false, 0);
    sender.onFeedback(0, true, 4);
    sender.onFeedback(1, false, 0);
    assertThat(results).containsExactly(new Result(1, MILLIS, 100), new Result(2, TransportWideSender.LOST, 200));
    assertThat(sender.arrived()).isEqualTo(1);
    assertThat(sender.lost()).isEqualTo(1);
  }

  @Test
  void aPacketToldLostMayBeToldAsArrivedLater() {
    sender.onSending(100, 1);
    sender.onFeedback(0, false, 0);
    sender.onFeedback(0, true, 8);
    assertThat(results).last().isEqualTo(new Result(1, 2 * MILLIS, 100, true));
    assertThat(sender.lost()).isZero();
  }

  @Test
  void feedbackAboutPacketsNeverSentIsCountedOnly() {
    sender.onFeedback(0, true, 0);
    sender.onSending(100, 0);
    sender.onFeedback(1, true, 0);
    sender.onFeedback(60_000, true, 0);
    assertThat(results).isEmpty();
    assertThat(sender.unmatched()).isEqualTo(3);
  }

  @Test
  void arrivalTimesGoOnWhenTheReferenceTimeWraps() {
    sender.onSending(100, 0);
    sender.onSending(100, 0);
    sender.onFeedback(0, true, 0xffff_fffeL);
    sender.onFeedback(1, true, 2);
    assertThat(results.get(1).arrivalNanos() - results.get(0).arrivalNanos()).isEqualTo(MILLIS);
  }

  @Test
  void theTableGrowsWithThePacketsUnderWayAndForgetsTheOldest() {
    for (int i = 0; i < 3_000; i++) {
      assertThat(sender.onSending(1 + i, i)).isEqualTo(i);
    }
    for (int i = 0; i < 3_000; i++) {
      sender.onFeedback(i, true, i);
    }
    assertThat(results).hasSize(3_000);
    assertThat(results.get(2_999)).isEqualTo(new Result(2_999, 2_999 * 250_000L, 3_000));
    for (int i = 3_000; i < 103_000; i++) {
      sender.onSending(1, 10);
    }
    sender.onFeedback(103_000 - TransportWideSender.MAX_PACKETS & 0xffff, true, 3_000);
    assertThat(results).hasSize(3_001);
    sender.onFeedback(103_000 - TransportWideSender.MAX_PACKETS - 1 & 0xffff, true, 3_000);
    assertThat(results).hasSize(3_001);
  }

  @Property(tries = 100)
  void anyFeedbackTellsOfNoMoreThanWasSent(@ForAll int[] wire) {
    long[] told = new long[1];
    TransportWideSender any =
        new TransportWideSender((at, arrival, bytes, again) -> told[0] += arrival == TransportWideSender.LOST ? 0 : 1);
    long sent = 0;
    for (int word : wire) {
      if ((word & 3) != 0) {
        any.onSending(100, sent++);
      } else {
        any.onFeedback(word >>> 16, (word & 4) == 0, word);
      }
      assertThat(any.arrived()).isEqualTo(told[0]).isLessThanOrEqualTo(sent);
      assertThat(any.lost()).isBetween(0L, sent);
    }
  }
}
