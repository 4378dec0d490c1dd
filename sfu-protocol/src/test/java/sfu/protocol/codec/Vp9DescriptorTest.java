package sfu.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import sfu.protocol.rtp.Packets;

class Vp9DescriptorTest {
  private final PayloadParser parser = PayloadParser.forMimeType("video/VP9");
  private final PayloadInfo info = new PayloadInfo();

  private boolean parse(String digits) {
    MemorySegment segment = Packets.hex(digits);
    return parser.parse(segment, 0, (int) segment.byteSize(), info);
  }

  @Test
  void keyFrameOfTheNonFlexibleModeShowsItsStructure() {
    // I, L, B, V; two spatial layers with sizes; a group of two pictures, of which the second has one reference.
    assertThat(parse("aa 9234 00 56" + "38 0280 0168 0500 02d0" + "02 00 24 01" + "82")).isTrue();
    assertThat(info.keyFrame()).isTrue();
    assertThat(info.startOfFrame()).isTrue();
    assertThat(info.switchingUp()).isTrue();
    assertThat(info.pictureId()).isEqualTo(0x1234);
    assertThat(info.pictureIdBits()).isEqualTo(15);
    assertThat(info.tl0PicIdx()).isEqualTo(0x56);
    assertThat(info.temporalLayer()).isZero();
    assertThat(info.spatialLayer()).isZero();
    assertThat(info.width()).isEqualTo(1280);
    assertThat(info.height()).isEqualTo(720);
    assertThat(info.descriptorLength()).isEqualTo(18);
  }

  @Test
  void interFrameShowsLayersAndSwitchingPoint() {
    assertThat(parse("ec 7f 53 01 00")).isTrue();
    assertThat(info.keyFrame()).isFalse();
    assertThat(info.startOfFrame()).isTrue();
    assertThat(info.temporalLayer()).isEqualTo(2);
    assertThat(info.spatialLayer()).isEqualTo(1);
    assertThat(info.switchingUp()).isTrue();
    assertThat(info.pictureIdBits()).isEqualTo(7);
    assertThat(info.descriptorLength()).isEqualTo(4);
  }

  @Test
  void upperSpatialLayerOfAKeyPictureIsNoStart() {
    assertThat(parse("a8 9234 03 56 00")).isTrue();
    assertThat(info.startOfFrame()).isTrue();
    assertThat(info.keyFrame()).isFalse();
  }

  @Test
  void flexibleModeHasReferencesInsteadOfAnIndex() {
    assertThat(parse("f8 9234 20 0304 00")).isTrue();
    assertThat(info.hasTl0PicIdx()).isFalse();
    assertThat(info.temporalLayer()).isEqualTo(1);
    assertThat(info.descriptorLength()).isEqualTo(6);
    assertThat(parse("f8 9234 20 030304 00")).isTrue();
    assertThat(info.descriptorLength()).isEqualTo(7);
    assertThat(parse("f8 9234 20 030303 04 00")).as("a fourth reference").isFalse();
  }

  @Test
  void descriptorWithoutLayersIsOneByte() {
    assertThat(parse("08 82")).isTrue();
    assertThat(info.keyFrame()).isTrue();
    assertThat(info.descriptorLength()).isEqualTo(1);
    assertThat(info.temporalLayer()).isEqualTo(-1);
    assertThat(parser.rewrite(Packets.hex("0882"), 0, info, Packets.hex("00"), 0, 1, 1)).isZero();
  }

  @Test
  void rewritingChangesTheIdsAlone() {
    String keyFrame = "aa 9234 04 56" + "18 0500 02d0" + "01 00" + "82";
    assertThat(parse(keyFrame)).isTrue();
    MemorySegment out = Packets.hex("aaaaaaaaaaaaaaaa");
    assertThat(parser.rewrite(Packets.hex(keyFrame), 0, info, out, 1, 0x7654, 0x99)).isEqualTo(5);
    assertThat(Packets.toHex(out, 0, 7)).isEqualTo("aaaaf6540499aa");
    assertThat(parse("e8 12 00 56 00")).isTrue();
    assertThat(parser.rewrite(Packets.hex("e8 12 00 56 00"), 0, info, out, 0, 0x80, 1)).isEqualTo(4);
    assertThat(Packets.toHex(out, 0, 4)).isEqualTo("e8000001");
  }

  @Test
  void descriptorThatEndsEarlyIsMalformed() {
    String whole = "aa9234005638028001680500 02d002002401".replace(" ", "");
    for (int bytes = 0; bytes <= whole.length() / 2; bytes++) {
      assertThat(parse(whole.substring(0, 2 * bytes))).as("%d bytes", bytes).isFalse();
    }
    assertThat(parse(whole + "00")).isTrue();
  }
}
