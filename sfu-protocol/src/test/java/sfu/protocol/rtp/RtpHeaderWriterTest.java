package sfu.protocol.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class RtpHeaderWriterTest {
  private final MemorySegment segment = Packets.of(new byte[600]);
  private final RtpHeaderWriter writer = new RtpHeaderWriter();
  private final RtpPacket packet = new RtpPacket();

  private RtpHeaderWriter begin(int capacity) {
    segment.fill((byte) 0x5a);
    return writer.begin(segment, 5, capacity, true, 101, 0x1fffe, 0x01020304, 0xcafebabe);
  }

  @Test
  void headerWithoutElementsIsTheFixedPart() {
    assertThat(begin(12).end()).isEqualTo(12);
    assertThat(Packets.toHex(segment, 5, 13)).isEqualTo("80e5fffe01020304cafebabe5a");
  }

  @Test
  void smallElementsTakeTheOneByteForm() {
    begin(100);
    assertThat(writer.appendExtension(4, Packets.hex("0000616263"), 2, 3)).isTrue();
    assertThat(writer.appendExtension(5, 2)).isTrue();
    int length = writer.end();
    ExtensionValue.writeTransportSequence(segment, 5 + writer.extensionOffset(5), 0xbeef);
    assertThat(Packets.toHex(segment, 5, length + 1))
        .isEqualTo("90e5fffe01020304cafebabe" + "bede0002" + "42616263" + "51beef" + "00" + "5a");
  }

  @Test
  void elementThatNeedsItTurnsTheBlockIntoTheTwoByteForm() {
    String seventeen = "00112233445566778899aabbccddeeff99";
    for (int id : new int[] {3, 15, 63}) {
      begin(100);
      assertThat(writer.appendExtension(1, Packets.hex("aa"), 0, 1)).isTrue();
      assertThat(writer.appendExtension(2, Packets.hex("bbcc"), 0, 2)).isTrue();
      assertThat(writer.appendExtension(id, Packets.hex(seventeen), 0, 17)).isTrue();
      assertThat(writer.appendExtension(4, Packets.hex("dd"), 0, 1)).isTrue();
      int length = writer.end();
      assertThat(Packets.toHex(segment, 5 + 12, length - 12))
          .startsWith("10000008" + "0101aa" + "0202bbcc" + "%02x11".formatted(id) + seventeen + "0401dd");
      assertThat(packet.wrap(segment, 5, length)).isTrue();
      for (int each : new int[] {1, 2, id, 4}) {
        assertThat(writer.extensionOffset(each)).isEqualTo(packet.extensionOffset(each));
      }
    }
  }

  @Test
  void emptyElementIsWritten() {
    begin(100);
    assertThat(writer.appendExtension(1, 0)).isTrue();
    assertThat(packet.wrap(segment, 5, writer.end())).isTrue();
    assertThat(packet.extensionLength(1)).isZero();
  }

  @Test
  void elementWithoutRoomIsRefusedAndTheRestStands() {
    begin(20);
    assertThat(writer.appendExtension(1, Packets.hex("aabb"), 0, 2)).isTrue();
    assertThat(writer.appendExtension(2, 1)).isFalse();
    assertThat(writer.appendExtension(20, 0)).isFalse();
    assertThat(writer.end()).isEqualTo(20);
    assertThat(Packets.toHex(segment, 5 + 12, 9)).isEqualTo("bede0001" + "11aabb00" + "5a");
  }

  @Test
  void impossibleElementsAreRefused() {
    begin(500);
    assertThat(writer.appendExtension(0, 1)).isFalse();
    assertThat(writer.appendExtension(256, 1)).isFalse();
    assertThat(writer.appendExtension(1, 256)).isFalse();
    assertThat(writer.appendExtension(1, -1)).isFalse();
    for (int i = 0; i < RtpHeaderWriter.MAX_ELEMENTS; i++) {
      assertThat(writer.appendExtension(1 + i, 1)).isTrue();
    }
    assertThat(writer.appendExtension(30, 1)).isFalse();
    assertThat(writer.extensionOffset(30)).isEqualTo(-1);
  }
}
