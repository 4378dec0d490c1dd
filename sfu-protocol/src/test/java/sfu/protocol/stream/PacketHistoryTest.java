package sfu.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sfu.protocol.stream.PacketHistory.Found;

class PacketHistoryTest {

  private static final long MILLIS = 1_000_000;

  private final PacketHistory history = new PacketHistory(4096, 1 << 16, 1_000 * MILLIS);
  private final Found found = new Found();

  @AfterEach
  void free() {
    history.close();
  }

  /** A packet whose every byte tells of its number. */
  private static boolean put(PacketHistory history, int sequence, int length, long nowNanos) {
    long offset = history.reserve(length + 16);
    if (offset == PacketHistory.NO_ROOM) {
      return false;
    }
    history.segment().asSlice(offset, length).fill((byte) (sequence * 31));
    history.commit(sequence, length, nowNanos);
    return true;
  }

  private static boolean isIntact(MemorySegment segment, long offset, int length, int sequence) {
    for (long i = offset; i < offset + length; i++) {
      if (segment.get(ValueLayout.JAVA_BYTE, i) != (byte) (sequence * 31)) {
        return false;
      }
    }
    return true;
  }

  @Test
  void aPacketIsFoundByItsSequenceNumber() {
    put(history, 65_535, 1000, 5);
    put(history, 0, 500, 6);
    assertThat(history.find(65_535, 7, found)).isTrue();
    assertThat(found.length()).isEqualTo(1000);
    assertThat(found.committedNanos()).isEqualTo(5);
    assertThat(isIntact(found.segment(), found.offset(), 1000, 65_535)).isTrue();
    assertThat(history.find(1, 7, found)).isFalse();
  }

  @Test
  void aPacketOlderThanTheDepthIsNotRetransmitted() {
    put(history, 1, 1000, 0);
    assertThat(history.find(1, 1_000 * MILLIS, found)).isTrue();
    assertThat(history.find(1, 1_001 * MILLIS, found)).isFalse();
    assertThat(history.contains(1)).isTrue();
  }

  @Test
  void whatIsSpareBehindAPacketIsItsWritersAndNoMoreThanWasReserved() {
    long first = history.reserve(1010);
    history.segment().asSlice(first, 1000).fill((byte) 31);
    assertThat(history.commit(1, 1000, 8, 5)).isEqualTo(8);
    assertThat(history.reserve(1010)).isGreaterThanOrEqualTo(first + 1008);
    assertThat(history.commit(2, 1006, 8, 5)).isEqualTo(4);
    history.segment().asSlice(first + 1000, 8).fill((byte) 0);
    assertThat(history.find(1, 5, found)).isTrue();
    assertThat(found.length()).isEqualTo(1000);
    assertThat(isIntact(found.segment(), found.offset(), 1000, 1)).isTrue();
  }

  @Test
  void aReservationWithoutCommitIsUsedAgain() {
    long first = history.reserve(1200);
    assertThat(history.reserve(1200)).isEqualTo(first);
    assertThatThrownBy(() -> history.commit(1, 1201, 0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anOverwrittenPacketIsNeverReturned() {
    // Slow enough that the smallest ring holds more than the depth.
    for (int i = 0; i < 200; i++) {
      put(history, i, 1000, i * 400 * MILLIS);
      history.endBatch();
      for (int j = Math.max(0, i - 20); j <= i; j++) {
        if (history.contains(j)) {
          long now = i * 400 * MILLIS;
          if (history.find(j, now, found)) {
            assertThat(isIntact(found.segment(), found.offset(), found.length(), j)).isTrue();
          }
        }
      }
      assertThat(history.contains(i - 5)).isFalse();
      assertThat(history.contains(i)).isTrue();
    }
    assertThat(history.capacity()).isEqualTo(4096);
  }

  @Test
  void theRingGrowsUntilItHoldsTheDepthAtTheStreamsRate() {
    // 40 packets of 1000 bytes a second: 64 KB hold more than a second, 32 KB less.
    for (int i = 0; i < 400; i++) {
      put(history, i, 1000, i * 25 * MILLIS);
      history.endBatch();
    }
    assertThat(history.capacity()).isEqualTo(1 << 16);
    for (int i = 400 - 40; i < 400; i++) {
      assertThat(history.find(i, 399 * 25 * MILLIS, found)).isTrue();
      assertThat(isIntact(found.segment(), found.offset(), found.length(), i)).isTrue();
    }
  }

  @Test
  void theRingStaysSmallWhileNobodyMayAskForWhatItKeeps() {
    history.want(false);
    for (int i = 0; i < 400; i++) {
      put(history, i, 1000, i * 25 * MILLIS);
      history.endBatch();
    }
    assertThat(history.capacity()).isEqualTo(4096);
    history.want(true);
    for (int i = 400; i < 800; i++) {
      put(history, i, 1000, i * 25 * MILLIS);
      history.endBatch();
    }
    assertThat(history.capacity()).isEqualTo(1 << 16);
  }

  @Test
  void aRingThatShrinksLosesItsPacketsAndKeepsThoseAfter() {
    for (int i = 0; i < 400; i++) {
      put(history, i, 1000, i * 25 * MILLIS);
      history.endBatch();
    }
    assertThat(history.shrink()).isTrue();
    assertThat(history.capacity()).isEqualTo(4096);
    assertThat(history.contains(399)).isFalse();
    put(history, 400, 1000, 400 * 25 * MILLIS);
    assertThat(history.find(400, 400 * 25 * MILLIS, found)).isTrue();
    assertThat(isIntact(found.segment(), found.offset(), found.length(), 400)).isTrue();
  }

  @Test
  void aRingDoesNotShrinkUnderWhatIsBeingWritten() {
    for (int i = 0; i < 400; i++) {
      put(history, i, 1000, i * 25 * MILLIS);
      history.endBatch();
    }
    history.reserve(1000);
    assertThat(history.shrink()).isFalse();
    history.commit(400, 1000, 10_000 * MILLIS);
    history.endBatch();
    assertThat(history.shrink()).isTrue();
  }

  @Test
  void aRingDoesNotShrinkUnderABatch() {
    for (int i = 0; i < 20; i++) {
      put(history, i, 1000, 0);
    }
    assertThatThrownBy(history::shrink).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void packetsOfABatchStayReadableWhileTheRingGrowsBelowThem() {
    record Reference(MemorySegment segment, long offset, int sequence) {}
    List<Reference> batch = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      long offset = history.reserve(1100);
      history.segment().asSlice(offset, 1000).fill((byte) (i * 31));
      batch.add(new Reference(history.segment(), offset, i));
      history.commit(i, 1000, 0);
    }
    assertThat(history.capacity()).isEqualTo(1 << 16);
    assertThat(batch).allSatisfy(r -> assertThat(isIntact(r.segment(), r.offset(), 1000, r.sequence())).isTrue());
    for (int i = 0; i < 50; i++) {
      assertThat(history.find(i, 0, found)).isTrue();
      assertThat(isIntact(found.segment(), found.offset(), 1000, i)).isTrue();
    }
    history.endBatch();
    assertThat(batch.getFirst().segment().scope().isAlive()).isFalse();
  }

  @Test
  void aBatchThatFillsTheLargestRingMustBeForwardedFirst() {
    int sequence = 0;
    while (put(history, sequence, 1000, 0)) {
      sequence++;
    }
    assertThat(sequence).isBetween(60, 65);
    assertThat(history.contains(0)).isTrue();
    history.endBatch();
    assertThat(put(history, sequence, 1000, 0)).isTrue();
    assertThat(history.contains(0)).isFalse();
  }

  @Test
  void growingDoesNotReviveWhatWasOverwritten() {
    for (int i = 0; i < 6; i++) {
      put(history, i, 1000, i * 600 * MILLIS);
      history.endBatch();
    }
    assertThat(history.contains(0)).isFalse();
    for (int i = 6; i < 12; i++) {
      put(history, i, 1000, 3_600 * MILLIS);
    }
    assertThat(history.capacity()).isGreaterThan(4096);
    assertThat(history.contains(0)).isFalse();
    assertThat(history.contains(1)).isFalse();
  }

  @Test
  void aPacketLongerThanTheSmallestRingIsRefused() {
    assertThat(history.reserve(4097)).isEqualTo(PacketHistory.NO_ROOM);
    assertThat(history.reserve(0)).isEqualTo(PacketHistory.NO_ROOM);
    assertThat(history.reserve(4096)).isEqualTo(0);
  }

  @Test
  void nothingIsFoundAfterClose() {
    put(history, 1, 100, 0);
    history.close();
    assertThat(history.contains(1)).isFalse();
    assertThat(history.reserve(100)).isEqualTo(PacketHistory.NO_ROOM);
    history.close();
  }

  @Property(tries = 60)
  void whateverIsFoundIsIntactAndTheBatchIsAlwaysWhole(@ForAll int[] steps) {
    record Reference(MemorySegment segment, long offset, int length, int sequence) {}
    try (PacketHistory any = new PacketHistory(4096, 1 << 15, 100 * MILLIS)) {
      List<Reference> batch = new ArrayList<>();
      long now = 0;
      int sequence = 0;
      for (int step : steps) {
        for (int repeat = 0; repeat < 8; repeat++) {
          sequence += 1 + (step & 1);
          now += (step >>> 4) & 0xff_ffff;
          int length = 1 + ((step >>> 8) * (repeat + 1) & 0x7ff);
          long offset = any.reserve(length + 16);
          if (offset == PacketHistory.NO_ROOM) {
            assertThat(batch).isNotEmpty();
          } else if ((step + repeat) % 5 != 0) {
            any.segment().asSlice(offset, length).fill((byte) ((sequence & 0xffff) * 31));
            batch.add(new Reference(any.segment(), offset, length, sequence & 0xffff));
            any.commit(sequence & 0xffff, length, now);
          } else {
            any.segment().asSlice(offset, length + 16).fill((byte) -1);
          }
        }
        for (Reference r : batch) {
          assertThat(isIntact(r.segment(), r.offset(), r.length(), r.sequence())).isTrue();
        }
        for (int back = 0; back < 64; back++) {
          int wanted = (sequence - back) & 0xffff;
          if (any.find(wanted, now, found)) {
            assertThat(isIntact(found.segment(), found.offset(), found.length(), wanted)).isTrue();
          }
        }
        if ((step & 2) == 0) {
          any.endBatch();
          batch.clear();
          any.want((step & 4) == 0);
          if ((step & 8) == 0 && any.shrink()) {
            assertThat(any.capacity()).isEqualTo(4096);
          }
        }
      }
    }
  }
}
