package sfu.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import sfu.protocol.rtp.Packets;

class H264PayloadTest {
  private final PayloadParser parser = PayloadParser.forMimeType("video/H264");
  private final PayloadInfo info = new PayloadInfo();

  private boolean parse(String digits) {
    MemorySegment segment = Packets.hex(digits);
    return parser.parse(segment, 0, (int) segment.byteSize(), info);
  }

  @Test
  void keyFramesBeginWithTheirParameterSets() {
    assertThat(parse("67 42c01f")).as("SPS").isTrue();
    assertThat(info.keyFrame()).isTrue();
    assertThat(info.startOfFrame()).isTrue();
    assertThat(parse("65 88")).as("IDR slice").isTrue();
    assertThat(info.keyFrame()).isFalse();
    assertThat(info.startOfFrame()).isTrue();
    assertThat(parse("68 ce")).as("PPS").isTrue();
    assertThat(info.keyFrame()).isFalse();
  }

  @Test
  void aggregateIsAKeyFrameWhenOneOfItsUnitsIs() {
    assertThat(parse("78 0003 67420c 0002 68ce 0002 6588")).isTrue();
    assertThat(info.keyFrame()).isTrue();
    assertThat(info.startOfFrame()).isTrue();
    assertThat(parse("78 0002 68ce 0002 419a")).isTrue();
    assertThat(info.keyFrame()).isFalse();
  }

  @Test
  void fragmentsShowTheirUnitOnce() {
    assertThat(parse("7c 87 42")).as("first of parameters").isTrue();
    assertThat(info.keyFrame()).isTrue();
    assertThat(parse("7c 85 88")).as("first").isTrue();
    assertThat(info.keyFrame()).isFalse();
    assertThat(info.startOfFrame()).isTrue();
    assertThat(parse("7c 05 88")).as("middle").isTrue();
    assertThat(info.keyFrame()).isFalse();
    assertThat(info.startOfFrame()).isFalse();
    assertThat(parse("7c 45 88")).as("last").isTrue();
    assertThat(info.startOfFrame()).isFalse();
  }

  @Test
  void sliceThatDoesNotBeginAtTheFirstMacroblockIsNoStart() {
    assertThat(parse("41 9a")).isTrue();
    assertThat(info.startOfFrame()).isTrue();
    assertThat(info.keyFrame()).isFalse();
    assertThat(parse("41 4a")).isTrue();
    assertThat(info.startOfFrame()).isFalse();
  }

  @Test
  void unreferencedSlicesAreDiscardable() {
    assertThat(parse("01 9a")).isTrue();
    assertThat(info.discardable()).isTrue();
    assertThat(parse("21 9a")).isTrue();
    assertThat(info.discardable()).isFalse();
  }

  @Test
  void thereIsNothingToRewrite() {
    parse("65 88");
    assertThat(info.descriptorLength()).isZero();
    assertThat(parser.rewrite(Packets.hex("6588"), 0, info, Packets.hex("00"), 0, 1, 1)).isZero();
  }

  @Test
  void brokenUnitsAreMalformed() {
    String bads = ",00,e7,78,7800,780000,7800036742,7800016700,7c,7c85,79000167,7e";
    for (String bad : bads.split(",")) {
      assertThat(parse(bad)).as(bad).isFalse();
    }
  }
}
