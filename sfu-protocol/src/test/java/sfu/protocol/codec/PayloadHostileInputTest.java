package sfu.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import sfu.protocol.rtp.Mutants;
import sfu.protocol.rtp.Packets;

class PayloadHostileInputTest {
  private final PayloadInfo info = new PayloadInfo();
  private final PayloadInfo rewritten = new PayloadInfo();

  @Provide
  Arbitrary<byte[]> vp8() {
    return Mutants.of("90 e0 9234 56 20 1002009d012a 0005 d002 0000", "90 80 7f 01", "b0 f0 ffff ff a0 11", "10 01");
  }

  @Provide
  Arbitrary<byte[]> vp9() {
    return Mutants.of(
        "aa 9234 00 56 38 0280 0168 0500 02d0 02 00 24 01 82", "ec 7f 53 01 00", "f8 9234 20 030304 00", "0882");
  }

  @Provide
  Arbitrary<byte[]> h264() {
    return Mutants.of("78 0003 67420c 0002 68ce 0002 6588", "7c 85 88", "65 88", "41 9a");
  }

  @Property(tries = 1000)
  void anyVp8PayloadIsReadOrRefused(@ForAll("vp8") byte[] payload) {
    check(PayloadParser.forMimeType("video/VP8"), payload);
  }

  @Property(tries = 1000)
  void anyVp9PayloadIsReadOrRefused(@ForAll("vp9") byte[] payload) {
    check(PayloadParser.forMimeType("video/VP9"), payload);
  }

  @Property(tries = 1000)
  void anyH264PayloadIsReadOrRefused(@ForAll("h264") byte[] payload) {
    check(PayloadParser.forMimeType("video/H264"), payload);
  }

  /** What is accepted can be rewritten, and reads the same but for the new ids. */
  private void check(PayloadParser parser, byte[] payload) {
    MemorySegment segment = Packets.of(payload);
    if (!parser.parse(segment, 0, payload.length, info)) {
      return;
    }
    assertThat(info.descriptorLength()).isBetween(0, payload.length - 1);
    MemorySegment out = Packets.of(new byte[PayloadParser.MAX_REWRITTEN_LENGTH]);
    int prefix = parser.rewrite(segment, 0, info, out, 0, 0x2a5a, 0x77);
    MemorySegment result = Packets.of(payload);
    MemorySegment.copy(out, 0, result, 0, prefix);
    assertThat(parser.parse(result, 0, payload.length, rewritten)).isTrue();
    assertThat(rewritten.pictureIdBits()).isEqualTo(info.pictureIdBits());
    if (info.hasPictureId()) {
      assertThat(rewritten.pictureId()).isEqualTo(0x2a5a & (1 << info.pictureIdBits()) - 1);
    }
    assertThat(rewritten.tl0PicIdx()).isEqualTo(info.hasTl0PicIdx() ? 0x77 : -1);
    assertThat(allButIds(rewritten)).isEqualTo(allButIds(info));
  }

  private static List<Object> allButIds(PayloadInfo info) {
    return List.of(
        info.keyFrame(),
        info.startOfFrame(),
        info.switchingUp(),
        info.discardable(),
        info.temporalLayer(),
        info.spatialLayer(),
        info.descriptorLength(),
        info.width(),
        info.height());
  }
}
