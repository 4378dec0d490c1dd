package sfu.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import sfu.protocol.rtp.Packets;

class PayloadParserTest {
  @Test
  void codecIsFoundWithoutRegardToCase() {
    assertThat(PayloadParser.forMimeType("video/VP8")).isSameAs(PayloadParser.forMimeType("video/vp8"));
    assertThat(PayloadParser.forMimeType("video/VP9")).isInstanceOf(Vp9Descriptor.class);
    assertThat(PayloadParser.forMimeType("Video/h264")).isInstanceOf(H264Payload.class);
    assertThat(PayloadParser.forMimeType("audio/PCMU")).isSameAs(PayloadParser.forMimeType("audio/opus"));
    assertThatIllegalArgumentException().isThrownBy(() -> PayloadParser.forMimeType("video/AV1"));
  }

  @Test
  void audioIsAlwaysAGoodStart() {
    PayloadInfo info = new PayloadInfo();
    PayloadParser parser = PayloadParser.forMimeType("audio/opus");
    assertThat(parser.parse(Packets.hex("f8fffe"), 0, 3, info)).isTrue();
    assertThat(info.keyFrame()).isTrue();
    assertThat(info.startOfFrame()).isTrue();
    assertThat(info.hasPictureId()).isFalse();
    assertThat(info.hasTl0PicIdx()).isFalse();
    assertThat(parser.rewrite(Packets.hex("f8fffe"), 0, info, Packets.hex("00"), 0, 1, 1)).isZero();
    assertThat(parser.parse(Packets.hex(""), 0, 0, info)).isFalse();
  }
}
