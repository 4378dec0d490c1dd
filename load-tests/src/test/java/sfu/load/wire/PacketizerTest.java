package sfu.load.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import sfu.load.engine.VideoCodec;
import sfu.load.engine.VideoSettings;
import sfu.protocol.codec.PayloadInfo;
import sfu.protocol.codec.PayloadParser;

/** What is sent is what is meant, in the eyes of the parsers that an SFU reads it with. */
class PacketizerTest {

  private static final int PICTURE_ID = 0x7ffd;
  private static final int TL0_PIC_IDX = 254;

  private final MemorySegment payload = Arena.ofAuto().allocate(Scratch.PACKET_BYTES);

  /** A payload as a parser reads it. */
  private record Read(
      int length,
      boolean keyFrame,
      boolean startOfFrame,
      int temporalLayer,
      boolean switchingUp,
      boolean discardable,
      int pictureId,
      int tl0PicIdx,
      int width,
      int height,
      int firstByte) {}

  @ParameterizedTest
  @EnumSource
  void everyPayloadOfAFrameIsValidAndItsBeginIsSeen(VideoCodec codec) {
    Packetizer packetizer = packetizer(codec, false);

    for (int frame = 0; frame < 8; frame++) {
      List<Read> packets = frame(codec, packetizer, frame == 0, frame == 0 ? 9_000 : 3_000);

      // H.264 has no descriptor: parameter sets begin a frame, and so does its first slice.
      int beginnings = codec == VideoCodec.H264 && frame == 0 ? 2 : 1;
      assertThat(packets).filteredOn(Read::startOfFrame).isEqualTo(packets.subList(0, beginnings));
      assertThat(packets).filteredOn(Read::keyFrame).hasSize(frame == 0 ? 1 : 0);
      assertThat(packets.getFirst().keyFrame()).isEqualTo(frame == 0);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"VP8", "VP9"})
  void layersAreThoseOfL1T3(VideoCodec codec) {
    Packetizer packetizer = packetizer(codec, false);

    List<Read> first = IntStream.range(0, 8).mapToObj(i -> frame(codec, packetizer, i == 0, 800).getFirst()).toList();

    assertThat(first).extracting(Read::temporalLayer).containsExactly(0, 2, 1, 2, 0, 2, 1, 2);
    assertThat(first).extracting(Read::pictureId)
        .containsExactly(0x7ffe, 0x7fff, 0, 1, 2, 3, 4, 5);
    assertThat(first).extracting(Read::tl0PicIdx).containsExactly(255, 255, 255, 255, 0, 0, 0, 0);
    assertThat(first.subList(1, 3)).allMatch(Read::switchingUp);
  }

  @ParameterizedTest
  @EnumSource(names = {"VP8", "VP9"})
  void keyFramesSayHowLargeThePictureIs(VideoCodec codec) {
    Read key = frame(codec, packetizer(codec, false), true, 9_000).getFirst();

    assertThat(List.of(key.width(), key.height())).containsExactly(1280, 720);
  }

  @Test
  void aVp9ScreenRefersPictureByPicture() {
    Packetizer packetizer = packetizer(VideoCodec.VP9, true);

    List<Read> key = frame(VideoCodec.VP9, packetizer, true, 9_000);
    List<Read> delta = frame(VideoCodec.VP9, packetizer, false, 3_000);

    assertThat(key.getFirst().keyFrame()).isTrue();
    assertThat(List.of(key.getFirst().width(), key.getFirst().height())).containsExactly(1280, 720);
    assertThat(delta).extracting(Read::temporalLayer).containsOnly(2);
    assertThat(delta).extracting(Read::tl0PicIdx).containsOnly(-1);
    assertThat(delta).noneMatch(Read::keyFrame);
  }

  @Test
  void anH264KeyFrameIsParameterSetsThenFragments() {
    Packetizer packetizer = packetizer(VideoCodec.H264, false);

    List<Read> key = frame(VideoCodec.H264, packetizer, true, 9_000);

    assertThat(key.getFirst().firstByte() & 0x1f).isEqualTo(24);
    assertThat(key.subList(1, key.size())).extracting(read -> read.firstByte() & 0x1f).containsOnly(28);
    assertThat(key).noneMatch(Read::discardable);
  }

  @Test
  void anH264SliceThatFitsIsNoFragment() {
    Packetizer packetizer = packetizer(VideoCodec.H264, false);
    frame(VideoCodec.H264, packetizer, true, 9_000);

    assertThat(frame(VideoCodec.H264, packetizer, false, 900)).extracting(read -> read.firstByte() & 0x1f)
        .containsExactly(1);
    assertThat(frame(VideoCodec.H264, packetizer, false, 3_000)).extracting(read -> read.firstByte() & 0x1f)
        .containsExactly(28, 28, 28);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 1_150, 1_151, 3_001, 9_999, 250_000})
  void packetsOfAFrameAreEqualToWithinAByte(int bytes) {
    List<Integer> lengths =
        frame(VideoCodec.VP8, packetizer(VideoCodec.VP8, false), false, bytes).stream().map(Read::length).toList();

    assertThat(lengths.getLast() - lengths.getFirst()).isBetween(0, 1);
    assertThat(lengths).isSorted().allMatch(length -> length <= Packetizer.MAX_PAYLOAD);
    assertThat(lengths.stream().mapToInt(Integer::intValue).sum()).isEqualTo(Math.max(bytes, Packetizer.MIN_PAYLOAD));
  }

  @Test
  void framesVaryAroundTheBitRateAndTheSameSeedGivesTheSame() {
    List<Integer> sizes = sizes(false, 3_000);

    assertThat(mean(sizes)).isCloseTo(400_000 / 8.0 / 30, within(40.0));
    assertThat(sizes.stream().distinct().count()).isGreaterThan(500);
    assertThat(sizes(false, 3_000)).isEqualTo(sizes);
  }

  @Test
  void aScreenIsMostlyStill() {
    List<Integer> sizes = sizes(true, 3_000);

    double mean = 400_000 / 8.0 / 30;
    assertThat(mean(sizes)).isCloseTo(mean, within(mean / 8));
    assertThat(sizes).filteredOn(size -> size < mean / 2).hasSizeGreaterThan(2_500);
  }

  private static List<Integer> sizes(boolean screen, int count) {
    FrameSizes sizes = new FrameSizes(screen, VideoSettings.SINGLE, 7);
    return IntStream.range(0, count).mapToObj(_ -> sizes.next(0, false)).toList();
  }

  private static double mean(List<Integer> sizes) {
    return sizes.stream().mapToInt(Integer::intValue).average().orElseThrow();
  }

  private static Packetizer packetizer(VideoCodec codec, boolean flexible) {
    return Packetizer.of(codec, flexible, 1280, 720, PICTURE_ID, TL0_PIC_IDX);
  }

  private List<Read> frame(VideoCodec codec, Packetizer packetizer, boolean keyFrame, int bytes) {
    packetizer.begin(keyFrame, bytes);
    PayloadParser parser = PayloadParser.forMimeType("video/" + codec);
    PayloadInfo info = new PayloadInfo();
    List<Read> packets = new ArrayList<>();
    for (int i = 0; i < packetizer.packets(); i++) {
      int length = packetizer.write(payload, i);
      Stamp.write(payload, length - Stamp.LENGTH, 1, 0, 1, packetizer.packets(), i, 0);
      assertThat(parser.parse(payload, 0, length, info)).as("packet %d", i).isTrue();
      packets.add(
          new Read(
              length,
              info.keyFrame(),
              info.startOfFrame(),
              info.temporalLayer(),
              info.switchingUp(),
              info.discardable(),
              info.pictureId(),
              info.tl0PicIdx(),
              info.width(),
              info.height(),
              payload.get(ValueLayout.JAVA_BYTE, 0) & 0xff));
    }
    return packets;
  }
}
