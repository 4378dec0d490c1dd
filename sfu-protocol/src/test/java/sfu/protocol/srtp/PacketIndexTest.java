package sfu.protocol.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PacketIndexTest {
  private static final long SECOND_ROUND = 1L << 16;

  @Test
  void theNextRoundBeginsAfter65535() {
    assertThat(PacketIndex.guess(65_535, 0)).isEqualTo(SECOND_ROUND);
    assertThat(PacketIndex.guess(65_000, 10)).isEqualTo(SECOND_ROUND + 10);
  }

  @Test
  void aLatePacketBelongsToTheRoundBefore() {
    assertThat(PacketIndex.guess(SECOND_ROUND + 3, 65_535)).isEqualTo(65_535);
  }

  @Test
  void thereIsNoRoundBeforeTheFirst() {
    assertThat(PacketIndex.guess(3, 65_535)).isEqualTo(65_535);
    assertThat(PacketIndex.guess(0, 32_769)).isEqualTo(32_769);
  }

  /** The algorithm of RFC 3711, appendix A, word by word. */
  @Property(tries = 5000)
  void theGuessIsThatOfRfc3711AppendixA(
      @ForAll @LongRange(min = 1 << 16, max = (1L << 40) - 1) long highest,
      @ForAll @IntRange(max = 65_535) int sequence) {
    long roc = highest >>> 16;
    int s_l = (int) (highest & 0xffff);
    long v;
    if (s_l < 32_768) {
      v = sequence - s_l > 32_768 ? roc - 1 : roc;
    } else {
      v = s_l - 32_768 > sequence ? roc + 1 : roc;
    }
    assertThat(PacketIndex.guess(highest, sequence)).isEqualTo(v * 65_536 + sequence);
  }
}
