package sfu.node.media.producer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sfu.protocol.stream.PacketHistory;

/** What is kept of a stream: a second of it for those who may ask, next to nothing while nobody watches. */
class ProducerStreamTest {
  private static final int LENGTH = 1000;

  /** 2 Mbit/s. */
  private static final long STEP_NANOS = 4_000_000;

  private static final int SECOND = 250;

  private final BareProducers producers = new BareProducers();
  private final ProducerStream stream = producers.camera("0", 1).layer(0);
  private final PacketHistory.Found found = new PacketHistory.Found();
  private int sequence;

  @AfterEach
  void close() {
    producers.close();
  }

  private void receive(int packets) {
    for (int i = 0; i < packets; i++) {
      receiveInOneBatch(1);
    }
  }

  private void receiveInOneBatch(int packets) {
    for (int i = 0; i < packets; i++) {
      long now = ++sequence * STEP_NANOS;
      stream.history().reserve(LENGTH);
      stream.history().commit(sequence, LENGTH, now);
      stream.received(LENGTH, sequence, now);
    }
    stream.endBatch();
  }

  private boolean remembers(int packetsAgo) {
    return stream.history().find(sequence - packetsAgo, sequence * STEP_NANOS, found);
  }

  @Test
  void aLayerNobodyWatchesTakesLittleMemory() {
    receive(10 * SECOND);
    assertThat(stream.history().capacity()).isEqualTo(1 << 14);
  }

  @Test
  void aKeyFrameOfALayerNobodyWatchesTakesMemoryForASecond() {
    receiveInOneBatch(60);
    assertThat(stream.history().capacity()).isGreaterThan(1 << 15);
    receive(SECOND + 60);
    assertThat(stream.history().capacity()).isEqualTo(1 << 14);
    receiveInOneBatch(60);
    receive(SECOND + 60);
    assertThat(stream.history().capacity()).isEqualTo(1 << 14);
  }

  @Test
  void aPacketThatIsBeingWrittenKeepsItsPlace() {
    stream.watch();
    receive(4 * SECOND);
    stream.unwatch();
    receive(SECOND);
    long now = ++sequence * STEP_NANOS + 2_000_000_000L;
    stream.history().reserve(LENGTH);
    stream.received(LENGTH, sequence, now);
    stream.endBatch();
    stream.history().commit(sequence, LENGTH, now);
    assertThat(stream.history().find(sequence, now, found)).isTrue();
  }

  @Test
  void whoWatchesFindsASecondOfItAgain() {
    receive(10 * SECOND);
    stream.watch();
    receive(4 * SECOND);
    assertThat(remembers(SECOND - 1)).isTrue();
  }

  @Test
  void whoSwitchedAwayMayStillAskForWhatWentBefore() {
    stream.watch();
    receive(4 * SECOND);
    stream.unwatch();
    receive(SECOND / 2);
    assertThat(remembers(SECOND - 1)).isTrue();
    receive(SECOND);
    assertThat(stream.history().capacity()).isEqualTo(1 << 14);
  }

  @Test
  void whoComesBackInTimeLosesNothing() {
    stream.watch();
    receive(4 * SECOND);
    stream.unwatch();
    receive(SECOND / 2);
    stream.watch();
    receive(4 * SECOND);
    assertThat(remembers(SECOND - 1)).isTrue();
  }
}
