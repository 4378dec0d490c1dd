package sfu.protocol.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class RtpPacketTest {
  private static final String HEADER = "80e4 1234 01020304 cafebabe ";

  private final RtpPacket packet = new RtpPacket();

  private boolean wrap(String digits) {
    MemorySegment segment = Packets.hex(digits);
    return packet.wrap(segment, 0, (int) segment.byteSize());
  }

  @Test
  void fixedHeaderIsReadAtItsOffset() {
    MemorySegment segment = Packets.hex("ffffff" + HEADER + "aabbcc" + "ff");
    assertThat(packet.wrap(segment, 3, 15)).isTrue();
    assertThat(packet.marker()).isTrue();
    assertThat(packet.payloadType()).isEqualTo(100);
    assertThat(packet.sequenceNumber()).isEqualTo(0x1234);
    assertThat(packet.timestamp()).isEqualTo(0x01020304);
    assertThat(packet.ssrc()).isEqualTo(0xcafebabe);
    assertThat(packet.headerLength()).isEqualTo(12);
    assertThat(packet.payloadOffset()).isEqualTo(12);
    assertThat(packet.payloadLength()).isEqualTo(3);
    assertThat(packet.paddingLength()).isZero();
    assertThat(packet.hasExtension(1)).isFalse();
  }

  @Test
  void settersChangeTheirFieldAlone() {
    MemorySegment segment = Packets.hex(HEADER + "aa");
    packet.wrap(segment, 0, 13);
    packet.payloadType(127).sequenceNumber(0xffff).timestamp(-1).ssrc(7).marker(false);
    assertThat(Packets.toHex(segment, 0, 13)).isEqualTo("807fffffffffffff00000007aa");
    packet.marker(true).payloadType(0);
    assertThat(packet.marker()).isTrue();
    assertThat(packet.payloadType()).isZero();
  }

  @Test
  void contributingSourcesAreCounted() {
    assertThat(wrap("8264 0001 00000000 00000001 00000002 00000003 ab")).isTrue();
    assertThat(packet.headerLength()).isEqualTo(20);
    assertThat(packet.payloadLength()).isEqualTo(1);
    assertThat(wrap("8264 0001 00000000 00000001 00000002 000000")).isFalse();
  }

  @Test
  void otherVersionsAndShortPacketsAreMalformed() {
    assertThat(wrap("4064 0001 00000000 00000001")).isFalse();
    assertThat(wrap("8064 0001 00000000 000000")).isFalse();
    assertThat(wrap("")).isFalse();
  }

  @Test
  void lengthBeyondTheSegmentIsMalformed() {
    MemorySegment segment = Packets.hex(HEADER);
    assertThat(packet.wrap(segment, 0, 13)).isFalse();
    assertThat(packet.wrap(segment, 1, 12)).isFalse();
    assertThat(packet.wrap(segment, -1, 12)).isFalse();
  }

  @Test
  void paddingIsNotPayload() {
    assertThat(wrap("a064 0001 00000000 00000001 aabb 000003")).isTrue();
    assertThat(packet.payloadLength()).isEqualTo(2);
    assertThat(packet.paddingLength()).isEqualTo(3);
    assertThat(wrap("a064 0001 00000000 00000001 000003")).as("padding only").isTrue();
    assertThat(packet.payloadLength()).isZero();
  }

  @Test
  void paddingThatDoesNotFitIsMalformed() {
    assertThat(wrap("a064 0001 00000000 00000001 aa00")).as("count of zero").isFalse();
    assertThat(wrap("a064 0001 00000000 00000001 aa03")).as("more than there is").isFalse();
    assertThat(wrap("a064 0001 00000000 00000001")).as("none at all").isFalse();
  }

  @Test
  void paddingOfAnEncryptedPacketIsLeftAloneUntilItIsDecrypted() {
    MemorySegment encrypted = Packets.hex("b064 0001 00000000 00000001 bede0001 10aa0000 1122334455 00");
    assertThat(packet.wrapHeader(encrypted, 0, 26)).isTrue();
    assertThat(packet.headerLength()).isEqualTo(20);
    MemorySegment plain = Packets.hex("00 b064 0001 00000000 00000001 bede0001 10aa0000 99 02 02");
    assertThat(packet.rewrap(plain, 1, 23)).isTrue();
    assertThat(packet.payloadLength()).isEqualTo(1);
    assertThat(packet.paddingLength()).isEqualTo(2);
    assertThat(packet.extensionOffset(1)).isEqualTo(17);
    assertThat(packet.rewrap(plain, 1, 19)).as("shorter than its header").isFalse();
  }

  @Test
  void oneByteElementsAreFoundById() {
    assertThat(wrap("9064 0001 00000000 00000001 bede0003 10ff 00 22aabbcc e301020304 55")).isTrue();
    assertThat(packet.headerLength()).isEqualTo(28);
    assertThat(packet.extensionOffset(1)).isEqualTo(17);
    assertThat(packet.extensionLength(1)).isEqualTo(1);
    assertThat(packet.extensionOffset(2)).isEqualTo(20);
    assertThat(packet.extensionLength(2)).isEqualTo(3);
    assertThat(packet.extensionOffset(14)).isEqualTo(24);
    assertThat(packet.extensionLength(14)).isEqualTo(4);
    assertThat(packet.extensionOffset(3)).isEqualTo(-1);
    assertThat(packet.extensionLength(3)).isEqualTo(-1);
    assertThat(packet.extensionOffset(0)).isEqualTo(-1);
    assertThat(packet.extensionOffset(64)).isEqualTo(-1);
    assertThat(packet.extensionOffset(-1)).isEqualTo(-1);
    assertThat(packet.payloadLength()).isEqualTo(1);
  }

  @Test
  void elementsOfAnEarlierPacketAreForgotten() {
    wrap("9064 0001 00000000 00000001 bede0001 10ff0000");
    assertThat(packet.hasExtension(1)).isTrue();
    wrap(HEADER);
    assertThat(packet.hasExtension(1)).isFalse();
  }

  @Test
  void elementThatRunsOverItsBlockEndsTheReadingOnly() {
    assertThat(wrap("9064 0001 00000000 00000001 bede0001 10ff 2faa 5555")).isTrue();
    assertThat(packet.hasExtension(1)).isTrue();
    assertThat(packet.hasExtension(2)).isFalse();
  }

  @Test
  void reservedIdsOfTheOneByteFormEndTheReading() {
    wrap("9064 0001 00000000 00000001 bede0002 10ff f0aa 20bb 0000");
    assertThat(packet.hasExtension(1)).isTrue();
    assertThat(packet.hasExtension(2)).isFalse();
    wrap("9064 0001 00000000 00000001 bede0002 10ff 01aabb 20bb 00");
    assertThat(packet.hasExtension(1)).isTrue();
    assertThat(packet.hasExtension(2)).as("after an id of 0 with a length").isFalse();
  }

  @Test
  void twoByteElementsMayBeEmptyLongOrOfHighIds() {
    String twenty = "00112233445566778899aabbccddeeff00112233";
    assertThat(wrap("9064 0001 00000000 00000001 10050008 0100 00 1f14" + twenty + "c801aa 3f0177" + "55")).isTrue();
    assertThat(packet.extensionLength(1)).isZero();
    assertThat(packet.extensionLength(31)).isEqualTo(20);
    assertThat(packet.extensionOffset(31)).isEqualTo(21);
    assertThat(packet.extensionLength(200)).as("beyond the table").isEqualTo(-1);
    assertThat(packet.extensionLength(63)).isEqualTo(1);
  }

  @Test
  void unknownExtensionProfileIsSkipped() {
    assertThat(wrap("9064 0001 00000000 00000001 12340001 10ff0000 55")).isTrue();
    assertThat(packet.headerLength()).isEqualTo(20);
    assertThat(packet.hasExtension(1)).isFalse();
  }

  @Test
  void extensionBlockThatDoesNotFitIsMalformed() {
    assertThat(wrap("9064 0001 00000000 00000001 bede0002 10ff0000")).isFalse();
    assertThat(wrap("9064 0001 00000000 00000001 bede00")).isFalse();
    assertThat(wrap("9064 0001 00000000 00000001 bedeffff")).isFalse();
  }

  @Test
  void heapBytesDoAsWell() {
    MemorySegment heap = MemorySegment.ofArray(Packets.hex(HEADER).toArray(ValueLayout.JAVA_BYTE));
    assertThat(packet.wrap(heap, 0, 12)).isTrue();
    assertThat(packet.ssrc()).isEqualTo(0xcafebabe);
  }

  @Test
  void rtpIsToldFromOtherProtocolsOfThePort() {
    assertThat(Rtp.looksLike(Packets.hex(HEADER), 0, 12)).isTrue();
    assertThat(Rtp.looksLike(Packets.hex(HEADER), 0, 11)).isFalse();
    assertThat(Rtp.looksLike(Packets.hex("80c8 0006" + "00".repeat(24)), 0, 28)).as("sender report").isFalse();
    assertThat(Rtp.looksLike(Packets.hex("0001 0000 2112a442" + "00".repeat(12)), 0, 20)).as("STUN").isFalse();
    assertThat(Rtp.looksLike(Packets.hex("16fefd" + "00".repeat(12)), 0, 15)).as("DTLS").isFalse();
  }
}
