package sfu.load.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitSearchTest {

  private final List<Integer> looks = new ArrayList<>();

  /** Whether others disturbed a look, 1 the first. */
  private IntPredicate disturbed = _ -> false;

  @Test
  void itGrowsByHalfThenNarrowsAndLooksTwiceAtWhatBreaks() {
    LimitSearch search = search(4, level -> level <= 11);

    assertThat(looks).containsExactly(4, 6, 9, 14, 14, 11, 12, 12);
    assertThat(search.best()).isEqualTo(11);
    assertThat(search.broken()).hasValue(12);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 19, 20, 21, 1000})
  void theLimitIsFoundWithinATwentieth(int limit) {
    LimitSearch search = search(1, level -> level <= limit);

    assertThat(search.best()).isBetween((int) (limit * 0.95), limit);
    assertThat(search.broken().orElseThrow()).isGreaterThan(limit);
  }

  @Test
  void oneBadLookIsNoLimit() {
    boolean[] hiccup = {true};
    LimitSearch search =
        search(1, level -> {
          boolean bad = level > 5 || level == 2 && hiccup[0];
          hiccup[0] &= level != 2;
          return !bad;
        });

    assertThat(looks).startsWith(1, 2, 2, 3);
    assertThat(search.best()).isEqualTo(5);
  }

  @Test
  void whatBreaksAtOnceIsLookedForBelow() {
    LimitSearch search = search(16, level -> level <= 3);

    assertThat(search.best()).isEqualTo(3);
  }

  @Test
  void whereNothingHoldsTheBestIsNothing() {
    LimitSearch search = search(4, _ -> false);

    assertThat(search.best()).isZero();
    assertThat(search.broken()).hasValue(1);
  }

  @Test
  void whereItIsKnownHowMuchIsLeftItGoesThereAtOnce() {
    LimitSearch search = search(1, level -> level <= 27, level -> 30.0 / level);

    assertThat(looks).startsWith(1, 16, 26).hasSizeLessThan(10);
    assertThat(search.best()).isEqualTo(27);
  }

  @Test
  void whatIsLeftByAReckoningThatIsWrongIsLookedForNevertheless() {
    assertThat(search(1, level -> level <= 300, level -> 20.0 / level).best()).isBetween(285, 300);
    assertThat(search(1, level -> level <= 5, level -> 300.0 / level).best()).isEqualTo(5);
  }

  @Test
  void whatOthersMayHaveBrokenIsLookedAtMoreOften() {
    disturbed = look -> look <= 4;
    boolean[] hold = {false, false, false, true};

    assertThat(search(1, level -> looks.size() <= 4 ? hold[looks.size() - 1] : level <= 5).best()).isEqualTo(5);
    assertThat(looks).startsWith(1, 1, 1, 1, 2);
  }

  private LimitSearch search(int first, IntPredicate holds) {
    return search(first, holds, _ -> Double.NaN);
  }

  private LimitSearch search(int first, IntPredicate holds, IntToDoubleFunction headroom) {
    LimitSearch search = new LimitSearch(first);
    for (OptionalInt level = search.next(); level.isPresent(); level = search.next()) {
      looks.add(level.getAsInt());
      if (holds.test(level.getAsInt())) {
        search.passed(headroom.applyAsDouble(level.getAsInt()));
      } else {
        search.broke(disturbed.test(looks.size()));
      }
    }
    return search;
  }
}
