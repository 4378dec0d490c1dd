package sfu.node.media.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class PathTableTest {

  private record Key(long hi, long lo, int port) {}

  private record Step(boolean put, Key key) {}

  @Property(tries = 200)
  void itBehavesAsAMap(@ForAll("steps") List<Step> steps) {
    var table = new PathTable<Integer>();
    Map<Key, Integer> model = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      Key key = steps.get(i).key;
      if (steps.get(i).put) {
        assertThat(table.put(key.hi, key.lo, key.port, i)).isEqualTo(model.put(key, i));
      } else {
        assertThat(table.remove(key.hi, key.lo, key.port)).isEqualTo(model.remove(key));
      }
    }
    assertThat(table.size()).isEqualTo(model.size());
    steps.forEach(s -> assertThat(table.get(s.key.hi, s.key.lo, s.key.port)).isEqualTo(model.get(s.key)));
  }

  /** Few keys, so that many steps meet the same, and more of them than the table starts with. */
  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Key> keys = Combinators.combine(Arbitraries.longs().between(0, 1), Arbitraries.longs().between(0, 7),
        Arbitraries.integers().between(0, 20)).as(Key::new);
    return Combinators.combine(Arbitraries.of(true, true, false), keys).as(Step::new).list().ofMaxSize(400);
  }

  @Example
  void tenThousandAddressesAreFoundAndTakenOutAgain() {
    var table = new PathTable<Integer>();
    for (int i = 0; i < 10_000; i++) {
      table.put(i % 3, 0x0000_ffff_0a00_0000L + i, i % 7, i);
    }
    for (int i = 0; i < 10_000; i++) {
      assertThat(table.get(i % 3, 0x0000_ffff_0a00_0000L + i, i % 7)).isEqualTo(i);
      assertThat(table.get(i % 3, 0x0000_ffff_0a00_0000L + i, 8)).isNull();
    }
    for (int i = 0; i < 10_000; i += 2) {
      table.remove(i % 3, 0x0000_ffff_0a00_0000L + i, i % 7);
    }
    assertThat(table.size()).isEqualTo(5_000);
    for (int i = 1; i < 10_000; i += 2) {
      assertThat(table.get(i % 3, 0x0000_ffff_0a00_0000L + i, i % 7)).isEqualTo(i);
    }
    table.clear();
    assertThat(table.size()).isZero();
    assertThat(table.get(1, 0x0000_ffff_0a00_0001L, 1)).isNull();
  }
}
