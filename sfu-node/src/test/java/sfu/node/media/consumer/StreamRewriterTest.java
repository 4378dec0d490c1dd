package sfu.node.media.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sfu.node.media.producer.BareProducers;
import sfu.node.media.producer.InboundPacket;
import sfu.node.media.producer.Producer;
import sfu.node.media.producer.ProducerStream;
import sfu.protocol.stream.NtpTime;

class StreamRewriterTest {
  private static final int FIRST = 65_530;
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000_000_000L;

  private final BareProducers bare = new BareProducers();
  private final Producer producer = bare.camera("0", 3);
  private final ProducerStream low = producer.layer(0);
  private final ProducerStream high = producer.layer(1);
  private final StreamRewriter rewriter = new StreamRewriter(FIRST);

  @AfterEach
  void close() {
    bare.close();
  }

  @Test
  void theFirstSpanKeepsTimestampsAndPictureIds() {
    InboundPacket first = bare.vp8(low, 500, 7_000, true, 20, 5);
    begin(first, 0);
    assertThat(out(first)).isEqualTo(FIRST);
    assertThat(rewriter.timestamp(rewriter.currentSpan(), 7_000)).isEqualTo(7_000);
    assertThat(rewriter.pictureId(rewriter.currentSpan(), 20)).isEqualTo(20);
  }

  @Test
  void numbersGoOnWhereTheOtherLayerEnded() {
    begin(bare.vp8(low, 500, 7_000, true, 20, 5), 0);
    InboundPacket last = forward(bare.vp8(low, 503, 10_000, false, 22, 6), 30 * MILLI);
    InboundPacket next = bare.vp8(high, 90, 900_000, true, 0x7ff0, 250);
    begin(next, 70 * MILLI);
    assertThat(out(next)).isEqualTo(FIRST + 4);
    int span = rewriter.currentSpan();
    assertThat(rewriter.pictureId(span, 0x7ff0) & 0x7fff).isEqualTo(23);
    assertThat(rewriter.pictureId(span, 1) & 0x7fff).isEqualTo(23 + 17);
    assertThat(rewriter.tl0PicIdx(span, 250)).isEqualTo(7);
    // 40 ms of a clock of 90 kHz since the last packet.
    assertThat(rewriter.timestamp(span, 900_000)).isCloseTo(10_000 + 3_600, within(1));
    assertThat(rewriter.covers(last)).isFalse();
  }

  @Test
  void reportsOfBothLayersAlignTheirClocksToTheTick() {
    begin(bare.vp8(low, 500, 7_000, true, 20, 5), 0);
    forward(bare.vp8(low, 501, 7_000 + 9_000, false, 21, 6), 100 * MILLI);
    bare.report(low, NtpTime.ofUnixNanos(1_000 * SECOND), 7_000, 0);
    bare.report(high, NtpTime.ofUnixNanos(1_000 * SECOND + 50 * MILLI), 800_000, 50 * MILLI);
    // Captured 150 ms after the first frame, however late it comes.
    InboundPacket next = bare.vp8(high, 90, 800_000 + 9_000, true, 9, 9);
    begin(next, 400 * MILLI);
    assertThat(rewriter.timestamp(rewriter.currentSpan(), next.timestamp())).isCloseTo(7_000 + 13_500, within(1));
  }

  @Test
  void timestampsNeverGoBack() {
    begin(bare.vp8(low, 500, 7_000, true, 20, 5), 0);
    bare.report(low, NtpTime.ofUnixNanos(1_000 * SECOND), 7_000, 0);
    bare.report(high, NtpTime.ofUnixNanos(1_000 * SECOND), 800_000, 0);
    // A key frame of before what went out already.
    InboundPacket next = bare.vp8(high, 90, 800_000 - 4_500, true, 9, 9);
    begin(next, 20 * MILLI);
    assertThat(rewriter.timestamp(rewriter.currentSpan(), next.timestamp())).isEqualTo(7_001);
  }

  @Test
  void theSameStreamGoesOnByItsOwnClockAfterAPause() {
    begin(bare.vp8(low, 500, 7_000, true, 20, 5), 0);
    InboundPacket next = bare.vp8(low, 900, 7_000 + 450_000, true, 99, 50);
    begin(next, 9 * SECOND);
    assertThat(out(next)).isEqualTo(FIRST + 1);
    assertThat(rewriter.timestamp(rewriter.currentSpan(), next.timestamp())).isEqualTo(7_000 + 450_000);
    assertThat(rewriter.pictureId(rewriter.currentSpan(), 99)).isEqualTo(21);
  }

  @Test
  void aLatePacketOfTheSpanFitsItsGapAndOneFromBeforeItDoesNot() {
    begin(bare.vp8(low, 500, 7_000, true, 20, 5), 0);
    forward(bare.vp8(low, 503, 10_000, false, 22, 6), 30 * MILLI);
    InboundPacket late = bare.vp8(low, 501, 8_000, false, 21, 6);
    assertThat(rewriter.covers(late)).isTrue();
    assertThat(out(late)).isEqualTo(FIRST + 1);
    assertThat(rewriter.covers(bare.vp8(low, 499, 6_000, false, 19, 5))).isFalse();
  }

  @Test
  void aNumberAskedForAgainIsFoundInTheSpanItWentOutIn() {
    begin(bare.vp8(low, 500, 7_000, true, 20, 5), 0);
    forward(bare.vp8(low, 510, 8_000, false, 21, 6), 30 * MILLI);
    begin(bare.vp8(high, 90, 9_000, true, 9, 9), 60 * MILLI);
    forward(bare.vp8(high, 95, 9_500, false, 10, 9), 90 * MILLI);

    int old = rewriter.spanOf(wire(FIRST + 10));
    assertThat(rewriter.stream(old)).isSameAs(low);
    assertThat(rewriter.inSequence(old, wire(FIRST + 10))).isEqualTo(510);
    int running = rewriter.spanOf(wire(FIRST + 11));
    assertThat(rewriter.stream(running)).isSameAs(high);
    assertThat(rewriter.inSequence(running, wire(FIRST + 11))).isEqualTo(90);
    assertThat(rewriter.spanOf(wire(FIRST + 17))).isEqualTo(-1);
    assertThat(rewriter.spanOf(wire(FIRST - 1))).isEqualTo(-1);
  }

  @Test
  void spansOfLongAgoAreForgotten() {
    for (int i = 0; i < 6; i++) {
      begin(bare.vp8(i % 2 == 0 ? low : high, 100 * i, 9_000 * i, true, i, i), i * SECOND);
    }
    assertThat(rewriter.spanOf(wire(FIRST))).isEqualTo(-1);
    assertThat(rewriter.spanOf(wire(FIRST + 1))).isEqualTo(-1);
    assertThat(rewriter.stream(rewriter.spanOf(wire(FIRST + 2)))).isSameAs(low);
  }

  private static int wire(int number) {
    return number & 0xffff;
  }

  private long out(InboundPacket packet) {
    return rewriter.sequence(rewriter.currentSpan(), packet.sequence());
  }

  private void begin(InboundPacket packet, long nowNanos) {
    rewriter.switchTo(packet, nowNanos);
    forward(packet, nowNanos);
  }

  private InboundPacket forward(InboundPacket packet, long nowNanos) {
    rewriter.forwarded(out(packet), packet, nowNanos);
    return packet;
  }
}
