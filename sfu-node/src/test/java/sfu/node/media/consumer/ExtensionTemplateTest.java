package sfu.node.media.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sfu.node.media.producer.BareProducers;
import sfu.node.media.producer.ExtensionIds;
import sfu.node.media.producer.InboundPacket;
import sfu.node.media.producer.ProducerStream;
import sfu.protocol.rtp.ExtensionValue;
import sfu.protocol.rtp.RtpPacket;

class ExtensionTemplateTest {
  private static final int LEVEL = BareProducers.AUDIO_LEVEL;

  private final BareProducers bare = new BareProducers();
  private final ProducerStream stream = bare.camera("0", 1).layer(0);

  @AfterEach
  void close() {
    bare.close();
  }

  @Test
  void whatEachPacketHasIsThere() {
    RtpPacket written = write(new ExtensionIds(1, 0, 0, 4, 5, 6, 8, 11), "12", plain());
    assertThat(text(written, 1)).isEqualTo("12");
    assertThat(ExtensionValue.readAbsSendTime(written.segment(), at(written, 4))).isEqualTo(0x123456);
    assertThat(ExtensionValue.readTransportSequence(written.segment(), at(written, 5))).isEqualTo(0xfedc);
    assertThat(written.hasExtension(6)).isFalse();
    assertThat(written.hasExtension(8)).isFalse();
    assertThat(written.hasExtension(11)).isFalse();
  }

  @Test
  void whatThePacketBroughtGoesOutUnderTheViewersNumbers() {
    InboundPacket packet =
        bare.read(
            stream,
            bare.rtp(
                BareProducers.PAYLOAD_TYPE, 1, LEVEL, new byte[] {(byte) 0x97}, BareProducers.ORIENTATION,
                new byte[] {2}, BareProducers.PLAYOUT_DELAY, new byte[] {1, 2, 3}),
            1);
    RtpPacket written = write(new ExtensionIds(1, 0, 0, 4, 5, 14, 7, 9), "0", packet);
    assertThat(ExtensionValue.readAudioLevel(written.segment(), at(written, 14))).isEqualTo(0x17);
    assertThat(ExtensionValue.readVoiceActivity(written.segment(), at(written, 14))).isTrue();
    assertThat(ExtensionValue.readVideoRotation(written.segment(), at(written, 7))).isEqualTo(180);
    assertThat(written.extensionLength(9)).isEqualTo(3);
  }

  @Test
  void whatTheViewerDoesNotKnowStaysAway() {
    InboundPacket packet =
        bare.read(stream, bare.rtp(BareProducers.PAYLOAD_TYPE, 1, LEVEL, new byte[] {5}), 1);
    RtpPacket written = write(new ExtensionIds(0, 0, 0, 0, 0, 0, 0, 0), "0", packet);
    for (int id = 1; id <= 14; id++) {
      assertThat(written.hasExtension(id)).isFalse();
    }
  }

  @Test
  void packetsThatBringNothingAreEqualInSize() {
    ExtensionTemplate template = new ExtensionTemplate(new ExtensionIds(1, 0, 0, 4, 5, 6, 8, 11), "7");
    MemorySegment out = MemorySegment.ofArray(new byte[64]);
    int length = template.write(out, 0, plain(), 0, 0);
    assertThat(length % 4).isZero();
    assertThat(template.write(out, 0, plain(), 0xffffff, 0xffff)).isEqualTo(length);
  }

  private InboundPacket plain() {
    return bare.read(stream, bare.rtp(BareProducers.PAYLOAD_TYPE, 1), 1);
  }

  private static RtpPacket write(ExtensionIds ids, String mid, InboundPacket packet) {
    MemorySegment out = MemorySegment.ofArray(new byte[128]);
    out.fill((byte) 0x55);
    out.asSlice(0, 12).fill((byte) 0);
    out.set(ValueLayout.JAVA_BYTE, 0, (byte) 0x90);
    int length = new ExtensionTemplate(ids, mid).write(out, 12, packet, 0x123456, 0xfedc);
    RtpPacket written = new RtpPacket();
    assertThat(written.wrap(out, 0, 12 + length + 4)).isTrue();
    assertThat(written.headerLength()).isEqualTo(12 + length);
    return written;
  }

  private static long at(RtpPacket packet, int id) {
    assertThat(packet.hasExtension(id)).isTrue();
    return packet.offset() + packet.extensionOffset(id);
  }

  private static String text(RtpPacket packet, int id) {
    return new String(
        packet.segment().asSlice(at(packet, id), packet.extensionLength(id)).toArray(
            ValueLayout.JAVA_BYTE),
        StandardCharsets.US_ASCII);
  }
}
