package sfu.protocol.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class RtxTest {
  private final RtpPacket packet = new RtpPacket();

  @Test
  void retransmissionBecomesTheOriginalInPlace() {
    MemorySegment segment = Packets.hex("b0e6 0009 01020304 0000000b bede0001 10aa0000 1234 55667788 0002");
    assertThat(packet.wrap(segment, 0, 28)).isTrue();
    assertThat(Rtx.originalSequenceNumber(packet)).isEqualTo(0x1234);
    assertThat(Rtx.restore(packet, 0xcafebabe, 101)).isTrue();
    assertThat(Packets.toHex(segment, 0, packet.length()))
        .isEqualTo("b0e5123401020304cafebabebede000110aa0000556677880002");
    assertThat(packet.payloadLength()).isEqualTo(4);
    assertThat(packet.paddingLength()).isEqualTo(2);
    assertThat(packet.marker()).isTrue();
    assertThat(packet.sequenceNumber()).isEqualTo(0x1234);
    assertThat(packet.extensionOffset(1)).isEqualTo(17);
  }

  @Test
  void probeWithoutAnOriginalIsLeftAlone() {
    MemorySegment segment = Packets.hex("a066 0009 01020304 0000000b 000003");
    packet.wrap(segment, 0, 15);
    assertThat(Rtx.originalSequenceNumber(packet)).isEqualTo(-1);
    assertThat(Rtx.restore(packet, 1, 101)).isFalse();
    assertThat(Packets.toHex(segment, 0, 15)).isEqualTo("a0660009010203040000000b000003");
  }

  @Test
  void originalSequenceNumberIsWrittenInFront() {
    MemorySegment segment = Packets.hex("000000");
    assertThat(Rtx.writeOriginalSequenceNumber(segment, 1, 0xfffe)).isEqualTo(2);
    assertThat(Packets.toHex(segment, 0, 3)).isEqualTo("00fffe");
  }
}
