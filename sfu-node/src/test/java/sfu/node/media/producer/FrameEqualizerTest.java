package sfu.node.media.producer;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameEqualizerTest {
  private static final int ROOM = 8;

  private final BareProducers bare = new BareProducers();
  private final Producer camera = bare.camera("0", 2);
  private final List<InboundPacket> batch = new ArrayList<>();

  @AfterEach
  void close() {
    bare.close();
  }

  private InboundPacket packet(int layer, int timestamp, int payloadLength, int room) {
    InboundPacket packet = bare.packet(camera.layer(layer), timestamp, payloadLength);
    packet.spareBytes(room);
    batch.add(packet);
    return packet;
  }

  private List<Integer> paddings() {
    new FrameEqualizer(batch.size()).equalize(batch.toArray(InboundPacket[]::new), batch.size());
    return batch.stream().map(InboundPacket::padding).toList();
  }

  @Test
  void aFrameWhosePacketsDifferByAByteBecomesOneOfEqualPackets() {
    packet(0, 1, 1000, ROOM);
    packet(0, 1, 1000, ROOM);
    packet(0, 1, 1001, ROOM);
    packet(0, 1, 1001, ROOM);
    assertThat(paddings()).containsExactly(1, 1, 0, 0);
  }

  @Test
  void theLongestMayComeFirst() {
    packet(0, 1, 1003, ROOM);
    packet(0, 1, 1000, ROOM);
    packet(0, 1, 1001, ROOM);
    assertThat(paddings()).containsExactly(0, 3, 2);
  }

  @Test
  void framesAndLayersAreEqualizedEachForItself() {
    packet(0, 1, 1000, ROOM);
    packet(1, 1, 1005, ROOM);
    packet(0, 1, 1001, ROOM);
    packet(0, 2, 1004, ROOM);
    packet(1, 1, 1006, ROOM);
    packet(0, 2, 1003, ROOM);
    assertThat(paddings()).containsExactly(1, 1, 0, 0, 0, 1);
  }

  @Test
  void whatIsMuchShorterStaysSo() {
    packet(0, 1, 1000, ROOM);
    packet(0, 1, 1000 - FrameEqualizer.MAX_PADDING - 1, ROOM);
    packet(0, 1, 1000 - FrameEqualizer.MAX_PADDING, ROOM);
    assertThat(paddings()).containsExactly(0, 0, FrameEqualizer.MAX_PADDING);
  }

  @Test
  void withoutRoomBehindItAPacketStaysAsItIs() {
    packet(0, 1, 1000, 2);
    packet(0, 1, 1003, 2);
    packet(0, 1, 1001, 2);
    assertThat(paddings()).containsExactly(0, 0, 2);
  }

  @Test
  void paddingIsZerosAndItsCount() {
    InboundPacket padded = packet(0, 1, 997, ROOM);
    packet(0, 1, 1000, ROOM);
    paddings();
    long end = padded.offset() + padded.headerLength() + padded.payloadLength();
    assertThat(padded.segment().asSlice(end, 3).toArray(ValueLayout.JAVA_BYTE)).containsExactly(0, 0, 3);
  }

  @Test
  void theNextBatchKnowsNothingOfThisOne() {
    packet(0, 1, 1004, ROOM);
    paddings();
    batch.clear();
    packet(0, 1, 1000, ROOM);
    packet(0, 1, 1001, ROOM);
    assertThat(paddings()).containsExactly(1, 0);
  }
}
