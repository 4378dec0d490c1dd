package sfu.node.media.producer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamTableTest {
  private static final int MEDIA = BareProducers.PAYLOAD_TYPE;
  private static final int RTX = BareProducers.RTX_PAYLOAD_TYPE;

  private final BareProducers bare = new BareProducers();
  private final StreamTable table = new StreamTable();

  @AfterEach
  void close() {
    bare.close();
  }

  @Test
  void anAnnouncedSsrcIsKnownAtOnceAndItsRtxToo() {
    Producer producer = bare.camera("0", 11, 12);
    table.add(producer);
    assertThat(table.find(11)).isSameAs(producer.layer(0));
    assertThat(table.find(12)).isSameAs(producer.layer(0));
    assertThat(table.find(13)).isNull();
  }

  @Test
  void aLayerIsLearntByItsMidAndRidAndKeepsItsSsrc() {
    Producer producer = bare.camera("0", 3);
    table.add(producer);
    assertThat(table.learn(bare.rtp(MEDIA, 7, BareProducers.MID, "0", BareProducers.RID, "r1")))
        .isSameAs(producer.layer(1));
    assertThat(table.find(7)).isSameAs(producer.layer(1));
    // Another SSRC under the same name would be two senders' numbers in one stream.
    assertThat(table.learn(bare.rtp(MEDIA, 8, BareProducers.MID, "0", BareProducers.RID, "r1"))).isNull();
    assertThat(table.find(8)).isNull();
  }

  @Test
  void retransmissionsAreLearntByTheirRepairedRid() {
    Producer producer = bare.camera("0", 3);
    table.add(producer);
    assertThat(table.learn(bare.rtp(RTX, 9, BareProducers.MID, "0", BareProducers.REPAIRED_RID, "r2")))
        .isSameAs(producer.layer(2));
    assertThat(producer.layer(2).isBound()).isFalse();
    assertThat(table.learn(bare.rtp(RTX, 10, BareProducers.MID, "0", BareProducers.RID, "r1"))).isNull();
  }

  @Test
  void theMidTellsProducersApart() {
    Producer first = bare.camera("0", 2);
    Producer second = bare.camera("1", 2);
    table.add(first);
    table.add(second);
    assertThat(table.learn(bare.rtp(MEDIA, 7, BareProducers.MID, "1", BareProducers.RID, "r0")))
        .isSameAs(second.layer(0));
  }

  @Test
  void whatNamesNobodyIsNobodys() {
    table.add(bare.camera("0", 2));
    assertThat(table.learn(bare.rtp(MEDIA, 7))).isNull();
    assertThat(table.learn(bare.rtp(MEDIA, 7, BareProducers.RID, "r0"))).isNull();
    assertThat(table.learn(bare.rtp(MEDIA, 7, BareProducers.MID, "0"))).isNull();
    assertThat(table.learn(bare.rtp(MEDIA, 7, BareProducers.MID, "0", BareProducers.RID, "r5"))).isNull();
    assertThat(table.learn(bare.rtp(99, 7, BareProducers.MID, "0", BareProducers.RID, "r0"))).isNull();
  }

  @Test
  void aRemovedProducersSsrcsAreFree() {
    Producer producer = bare.camera("0", 11, 12);
    table.add(producer);
    table.remove(producer);
    assertThat(table.find(11)).isNull();
    assertThat(table.find(12)).isNull();
    assertThat(table.producers()).isEmpty();
  }

  @Test
  void anUnboundLayersRemovalTakesNobodyElsesStream() {
    // SSRC 0 is legal, and what an unbound layer has.
    Producer zero = bare.camera("0", 0, 1);
    Producer unbound = bare.camera("1", 3);
    table.add(zero);
    table.add(unbound);
    table.remove(unbound);
    assertThat(table.find(0)).isSameAs(zero.layer(0));
  }
}
