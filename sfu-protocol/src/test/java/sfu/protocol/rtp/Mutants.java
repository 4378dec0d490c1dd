package sfu.protocol.rtp;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Hostile bytes: noise, and valid samples with bytes changed and the end cut off or drawn out. */
public final class Mutants {
  private static final int MAX_NOISE = 120;
  private static final int MAX_CHANGES = 4;

  private Mutants() {}

  /** Of samples in hexadecimal digits. */
  public static Arbitrary<byte[]> of(String... samples) {
    Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(MAX_NOISE);
    Arbitrary<byte[]> mutants =
        Combinators.combine(
                Arbitraries.of(samples),
                Arbitraries.integers().array(int[].class).ofMaxSize(MAX_CHANGES),
                Arbitraries.integers().between(-12, 4))
            .as((sample, changes, growth) -> mutate(sample, changes, growth));
    return Arbitraries.frequencyOf(Tuple.of(1, noise), Tuple.of(4, mutants));
  }

  private static byte[] mutate(String sample, int[] changes, int growth) {
    byte[] valid = Packets.hex(sample).toArray(ValueLayout.JAVA_BYTE);
    byte[] bytes = Arrays.copyOf(valid, Math.max(0, valid.length + growth));
    for (int change : changes) {
      if (bytes.length > 0) {
        bytes[Math.floorMod(change >> 8, bytes.length)] = (byte) change;
      }
    }
    return bytes;
  }
}
