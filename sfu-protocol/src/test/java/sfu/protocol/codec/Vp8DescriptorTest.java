package sfu.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import sfu.protocol.rtp.Packets;

class Vp8DescriptorTest {
  /** As a browser sends them: X and S; I, L and T; 15-bit picture id; base index; layer. */
  private static final String KEY_FRAME = "90 e0 9234 56 20 1002009d012a 0005 d002 0000";

  private final PayloadParser parser = PayloadParser.forMimeType("video/VP8");
  private final PayloadInfo info = new PayloadInfo();

  private boolean parse(String digits) {
    MemorySegment segment = Packets.hex(digits);
    return parser.parse(segment, 0, (int) segment.byteSize(), info);
  }

  @Test
  void keyFrameShowsItsSizeAndIds() {
    assertThat(parse(KEY_FRAME)).isTrue();
    assertThat(info.keyFrame()).isTrue();
    assertThat(info.startOfFrame()).isTrue();
    assertThat(info.switchingUp()).isTrue();
    assertThat(info.discardable()).isFalse();
    assertThat(info.pictureId()).isEqualTo(0x1234);
    assertThat(info.pictureIdBits()).isEqualTo(15);
    assertThat(info.tl0PicIdx()).isEqualTo(0x56);
    assertThat(info.temporalLayer()).isZero();
    assertThat(info.spatialLayer()).isEqualTo(-1);
    assertThat(info.descriptorLength()).isEqualTo(6);
    assertThat(info.width()).isEqualTo(1280);
    assertThat(info.height()).isEqualTo(720);
  }

  @Test
  void laterPacketOfAKeyFrameIsNoStart() {
    assertThat(parse("80 e0 9234 56 00 10")).isTrue();
    assertThat(info.keyFrame()).isFalse();
    assertThat(info.startOfFrame()).isFalse();
  }

  @Test
  void laterPartitionIsNoStart() {
    assertThat(parse("91 e0 9234 56 00 10")).isTrue();
    assertThat(info.startOfFrame()).isFalse();
    assertThat(info.keyFrame()).isFalse();
  }

  @Test
  void interFrameShowsItsLayerAndSync() {
    assertThat(parse("b0 e0 ffff ff a0 11")).isTrue();
    assertThat(info.keyFrame()).isFalse();
    assertThat(info.discardable()).isTrue();
    assertThat(info.temporalLayer()).isEqualTo(2);
    assertThat(info.switchingUp()).isTrue();
    assertThat(info.pictureId()).isEqualTo(0x7fff);
    assertThat(info.tl0PicIdx()).isEqualTo(255);
    assertThat(info.width()).isZero();
  }

  @Test
  void descriptorMayBeOneByte() {
    assertThat(parse("10 01")).isTrue();
    assertThat(info.descriptorLength()).isEqualTo(1);
    assertThat(info.hasPictureId()).isFalse();
    assertThat(info.hasTl0PicIdx()).isFalse();
    assertThat(info.temporalLayer()).isEqualTo(-1);
  }

  @Test
  void shortPictureIdStaysShort() {
    assertThat(parse("90 80 7f 01")).isTrue();
    assertThat(info.pictureId()).isEqualTo(127);
    assertThat(info.pictureIdBits()).isEqualTo(7);
    assertThat(info.descriptorLength()).isEqualTo(3);
    MemorySegment out = Packets.hex("aaaaaaaa");
    assertThat(parser.rewrite(Packets.hex("9080 7f 01"), 0, info, out, 0, 0x1234, 9)).isEqualTo(3);
    assertThat(Packets.toHex(out, 0, 4)).isEqualTo("908034aa");
  }

  @Test
  void keyIndexAloneTakesTheLayerByteButNamesNoLayer() {
    assertThat(parse("90 10 e5 01")).isTrue();
    assertThat(info.temporalLayer()).isEqualTo(-1);
    assertThat(info.switchingUp()).isFalse();
    assertThat(info.descriptorLength()).isEqualTo(3);
  }

  @Test
  void rewritingChangesTheIdsAlone() {
    MemorySegment source = Packets.hex(KEY_FRAME);
    parse(KEY_FRAME);
    MemorySegment out = Packets.hex("aaaaaaaaaaaaaaaa");
    assertThat(parser.rewrite(source, 0, info, out, 1, 0x8001, 0x1ff)).isEqualTo(6);
    assertThat(Packets.toHex(out, 0, 8)).isEqualTo("aa90e08001ff20aa");
  }

  @Test
  void descriptorThatEndsEarlyIsMalformed() {
    for (String bad : new String[] {"", "10", "90", "9080", "908092", "90809234", "9040", "904056", "9020", "902000"}) {
      assertThat(parse(bad)).as(bad).isFalse();
    }
  }

  @Test
  void keyFrameCutBeforeItsSizeHasNone() {
    assertThat(parse("10 1002009d012a")).isTrue();
    assertThat(info.keyFrame()).isTrue();
    assertThat(info.width()).isZero();
  }
}
