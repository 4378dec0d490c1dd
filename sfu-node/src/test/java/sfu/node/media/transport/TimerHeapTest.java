package sfu.node.media.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TimerHeapTest {
  private final TimerHeap heap = new TimerHeap();
  private final List<String> fired = new ArrayList<>();

  private final class Named extends TimerHeap.Timed {
    private final String name;
    private long next = Long.MAX_VALUE;

    Named(String name) {
      this.name = name;
    }

    @Override
    protected long onTimer(long nowNanos) {
      fired.add(name + "@" + nowNanos);
      return next;
    }
  }

  @Test
  void timersFireInOrderOfTheirDeadlines() {
    heap.schedule(new Named("c"), 30);
    heap.schedule(new Named("a"), 10);
    heap.schedule(new Named("b"), 20);

    assertThat(heap.nextDeadlineNanos()).isEqualTo(10);
    heap.runDue(25);

    assertThat(fired).containsExactly("a@25", "b@25");
    assertThat(heap.nextDeadlineNanos()).isEqualTo(30);
  }

  @Test
  void aTimerSetEarlierMovesAndSetLaterStays() {
    Named timer = new Named("t");
    heap.schedule(timer, 100);
    heap.scheduleEarlier(timer, 200);
    assertThat(heap.nextDeadlineNanos()).isEqualTo(100);
    heap.scheduleEarlier(timer, 50);
    assertThat(heap.nextDeadlineNanos()).isEqualTo(50);
  }

  @Test
  void aTimerRunsAgainWhenItSaysSo() {
    Named timer = new Named("t");
    timer.next = 70;
    heap.schedule(timer, 10);
    heap.runDue(10);
    heap.runDue(69);
    assertThat(fired).containsExactly("t@10");
    heap.runDue(70);
    assertThat(fired).containsExactly("t@10", "t@70");
  }

  @Test
  void aTimerThatIsAlwaysDueDoesNotHoldUpTheLoop() {
    Named timer = new Named("t");
    timer.next = 0;
    heap.schedule(timer, 0);
    heap.runDue(5);
    assertThat(fired).hasSize(1);
  }

  @Test
  void aCancelledTimerStaysSilent() {
    Named timer = new Named("t");
    heap.schedule(timer, 10);
    heap.cancel(timer);
    heap.cancel(timer);
    heap.runDue(100);
    assertThat(fired).isEmpty();
    assertThat(heap.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void manyChangesKeepTheOrder() {
    Random random = new Random(7);
    Named[] timers = new Named[300];
    TreeMap<Long, Integer> expected = new TreeMap<>();
    long[] deadlines = new long[timers.length];
    for (int i = 0; i < timers.length; i++) {
      timers[i] = new Named("" + i);
      deadlines[i] = Long.MAX_VALUE;
    }
    for (int step = 0; step < 20_000; step++) {
      int i = random.nextInt(timers.length);
      expected.remove(deadlines[i]);
      if (random.nextInt(4) == 0) {
        deadlines[i] = Long.MAX_VALUE;
        heap.cancel(timers[i]);
      } else {
        do {
          deadlines[i] = random.nextInt(1_000_000_000);
        } while (expected.containsKey(deadlines[i]));
        expected.put(deadlines[i], i);
        heap.schedule(timers[i], deadlines[i]);
      }
      assertThat(heap.nextDeadlineNanos()).isEqualTo(expected.isEmpty() ? Long.MAX_VALUE : expected.firstKey());
    }
  }

  @Test
  void coarseDeadlinesAreNeverEarlyAndSharedByMany() {
    assertThat(TimerHeap.coarse(0)).isZero();
    assertThat(TimerHeap.coarse(1)).isEqualTo(5_000_000);
    assertThat(TimerHeap.coarse(5_000_000)).isEqualTo(5_000_000);
    assertThat(TimerHeap.coarse(-1)).isZero();
    assertThat(TimerHeap.coarse(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(TimerHeap.coarse(Long.MIN_VALUE)).isLessThan(Long.MIN_VALUE / 2);
  }
}
