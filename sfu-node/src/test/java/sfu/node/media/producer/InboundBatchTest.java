package sfu.node.media.producer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which packets leave with a turn, and which wait for the rest of their frame. */
class InboundBatchTest {
  private static final long MICROS = 1_000;
  private static final long PATIENCE = 200 * MICROS;

  private final BareProducers bare = new BareProducers();
  private final Producer camera = bare.camera("0", 2);
  private final InboundBatch batch = new InboundBatch(this::sendAll);
  private final List<Long> sent = new ArrayList<>();
  private long now = 1_000_000_000;
  private long sequence;

  @BeforeEach
  void watch() {
    camera.subscribe(
        new StreamSubscriber() {
          @Override
          public void offer(InboundPacket packet) {
            sent.add(packet.sequence());
          }

          @Override
          public void onPauseChanged() {}

          @Override
          public void onRestarted(ProducerStream layer) {}

          @Override
          public void onLayersChanged() {}

          @Override
          public void onProducerClosed(boolean lost) {}
        });
  }

  @AfterEach
  void close() {
    bare.close();
  }

  private void sendAll() {
    batch.distributeAll();
    batch.end();
  }

  private void receive(int layer, int timestamp, boolean marker) {
    ProducerStream stream = camera.layer(layer);
    InboundPacket packet = batch.next();
    InboundPacket as = bare.packet(stream, timestamp, 1000);
    packet.stream = stream;
    packet.segment = as.segment;
    packet.offset = as.offset;
    packet.length = as.length;
    packet.headerLength = as.headerLength;
    packet.payloadLength = as.payloadLength;
    packet.timestamp = timestamp;
    packet.marker = marker;
    packet.sequence = sequence++;
    batch.touch(stream);
    batch.add();
  }

  /** Ends a turn, this long after the one before. */
  private List<Long> turn(long afterMicros) {
    now += afterMicros * MICROS;
    sent.clear();
    batch.distribute(now, PATIENCE);
    batch.end();
    return sent;
  }

  @Test
  void aFrameLeavesWhenItsLastPacketHasCome() {
    receive(0, 1, false);
    assertThat(turn(0)).isEmpty();
    assertThat(batch.deadlineNanos()).isEqualTo(now + PATIENCE);
    receive(0, 1, false);
    assertThat(turn(20)).isEmpty();
    receive(0, 1, true);
    assertThat(turn(20)).containsExactly(0L, 1L, 2L);
    assertThat(batch.isEmpty()).isTrue();
    assertThat(batch.deadlineNanos()).isEqualTo(InboundBatch.NO_DEADLINE);
  }

  @Test
  void nothingWaitsForThoseOfOtherStreams() {
    receive(0, 1, false);
    receive(1, 7, false);
    receive(1, 7, true);
    assertThat(turn(0)).containsExactly(1L, 2L);
    receive(0, 1, true);
    assertThat(turn(20)).containsExactly(0L, 3L);
  }

  @Test
  void aFrameThatTakesTooLongLeavesInParts() {
    receive(0, 1, false);
    turn(0);
    receive(0, 1, false);
    turn(150);
    assertThat(turn(50)).containsExactly(0L, 1L);
    receive(0, 1, false);
    assertThat(turn(20)).isEmpty();
    receive(0, 1, true);
    assertThat(turn(20)).containsExactly(2L, 3L);
  }

  @Test
  void whatComesAsPatienceEndsDoesNotProlongIt() {
    receive(0, 1, false);
    turn(0);
    receive(0, 1, false);
    turn(150);
    receive(0, 1, false);
    assertThat(turn(50)).containsExactly(0L, 1L, 2L);
    receive(0, 1, false);
    assertThat(turn(50)).isEmpty();
    assertThat(batch.deadlineNanos()).isEqualTo(now + PATIENCE);
  }

  @Test
  void whatIsSentAgainNeitherWaitsNorEndsAWait() {
    receive(0, 2, false);
    turn(0);
    receive(0, 1, false);
    assertThat(turn(20)).containsExactly(1L);
    receive(0, 2, true);
    assertThat(turn(20)).containsExactly(0L, 2L);
  }

  @Test
  void aStreamThatBeginsAnewWithEarlierTimestampsWaitsAsBefore() {
    receive(0, 1_000_000, true);
    turn(0);
    camera.restart(camera.layer(0));
    receive(0, 1, false);
    assertThat(turn(20)).isEmpty();
  }

  @Test
  void overASlowLinkOnlyTheFirstPacketOfAFrameWaits() {
    receive(0, 1, false);
    assertThat(turn(0)).isEmpty();
    assertThat(turn(200)).containsExactly(0L);
    receive(0, 1, false);
    assertThat(turn(300)).containsExactly(1L);
    receive(0, 1, false);
    assertThat(turn(500)).containsExactly(2L);
    receive(0, 2, false);
    assertThat(turn(500)).isEmpty();
  }

  @Test
  void theNextFrameDoesNotWaitWithOneWhoseLastPacketWasLost() {
    receive(0, 1, false);
    turn(0);
    receive(0, 2, false);
    assertThat(turn(20)).containsExactly(0L);
    receive(0, 2, true);
    assertThat(turn(20)).containsExactly(1L, 2L);
  }

  @Test
  void aPacketThatComesAfterTheLastOfItsFrameGoesAtOnce() {
    receive(0, 1, true);
    turn(0);
    receive(0, 1, false);
    assertThat(turn(20)).containsExactly(1L);
  }

  @Test
  void whatFillsTheBatchDoesNotWait() {
    for (int i = 0; i < 512; i++) {
      receive(0, 1, false);
    }
    assertThat(turn(0)).isEmpty();
    receive(0, 1, false);
    assertThat(sent).hasSize(512);
    assertThat(turn(20)).isEmpty();
    receive(0, 1, true);
    assertThat(turn(20)).containsExactly(512L, 513L);
  }

  @Test
  void aProducerThatEndsLeavesNothingBehind() {
    receive(0, 1, false);
    turn(0);
    camera.close();
    assertThat(turn(20)).isEmpty();
    assertThat(batch.isEmpty()).isTrue();
  }

  @Test
  void inAWaitingFrameTheHistoryStaysUntilItLeaves() {
    ProducerStream stream = camera.layer(0);
    receive(0, 1, false);
    turn(0);
    assertThat(stream.touched).isTrue();
    receive(0, 1, true);
    turn(20);
    assertThat(stream.touched).isFalse();
  }
}
