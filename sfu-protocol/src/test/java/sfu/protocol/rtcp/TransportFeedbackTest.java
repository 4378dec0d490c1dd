package sfu.protocol.rtcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import sfu.protocol.rtp.Packets;

class TransportFeedbackTest {
  private static final long LOST = -1;

  private final MemorySegment segment = Packets.of(new byte[70_000]);
  private final RtcpWriter writer = new RtcpWriter();
  private final TransportFeedbackWriter feedbackWriter = new TransportFeedbackWriter();
  private final RtcpReader reader = new RtcpReader();
  private final TransportFeedback feedback = new TransportFeedback();

  private int write(int capacity, int baseSequence, long... arrivals) {
    writer.wrap(segment, 0, capacity);
    return feedbackWriter.write(writer, 1, 2, baseSequence, arrivals, 0, arrivals.length, 7);
  }

  private List<Long> read(int baseSequence) {
    reader.wrap(segment, 0, writer.length()).next();
    assertThat(feedback.wrap(reader)).isTrue();
    assertThat(feedback.baseSequence()).isEqualTo(baseSequence);
    List<Long> arrivals = new ArrayList<>();
    feedback.forEach(
        (sequence, received, ticks) -> {
          assertThat(sequence).isEqualTo(baseSequence + arrivals.size() & 0xffff);
          assertThat(received).isEqualTo(ticks != LOST);
          arrivals.add(ticks);
        });
    assertThat(arrivals).hasSize(feedback.packetCount());
    return arrivals;
  }

  @Test
  void cleanRunIsOneChunk() {
    assertThat(write(1200, 0x1234, 513, 514, 516, 519)).isEqualTo(4);
    assertThat(Packets.toHex(segment, 0, writer.length()))
        .isEqualTo("8fcd0006" + "00000001" + "00000002" + "12340004" + "00000207" + "20040101" + "02030000");
    assertThat(read(0x1234)).containsExactly(513L, 514L, 516L, 519L);
    assertThat(feedback.feedbackCount()).isEqualTo(7);
    assertThat(feedback.senderSsrc()).isEqualTo(1);
    assertThat(feedback.mediaSsrc()).isEqualTo(2);
  }

  @Test
  void chromiumPadsByAnyNumberOfBytesAndPutsSeveralIntoOneDatagram() {
    String one = "afcd0005" + "fa17fa17" + "9a0cf7a8" + "02ee0001" + "008a51ac" + "20019401";
    String eight = "afcd0007" + "fa17fa17" + "636a4fcb" + "031a0008" + "008a88d0" + "20086000" + "0000a300" + "00000002";
    MemorySegment datagram = Packets.hex(one + eight);
    reader.wrap(datagram, 0, (int) datagram.byteSize());
    List<Integer> sequences = new ArrayList<>();
    while (reader.next()) {
      assertThat(feedback.wrap(reader)).isTrue();
      feedback.forEach((sequence, received, ticks) -> sequences.add(received ? sequence : -1));
    }
    assertThat(reader.malformed()).isFalse();
    assertThat(sequences).hasSize(9).startsWith(0x2ee).endsWith(0x31a, 0x31b, 0x31c, 0x31d, 0x31e, 0x31f, 0x320, 0x321);
  }

  @Test
  void scatteredLossIsAOneBitVector() {
    assertThat(write(1200, 1, 256, LOST, 256, 257, LOST, LOST, 258)).isEqualTo(7);
    assertThat(Packets.toHex(segment, 20, 2)).isEqualTo("ac80");
    assertThat(read(1)).containsExactly(256L, LOST, 256L, 257L, LOST, LOST, 258L);
  }

  @Test
  void longGapsAndReorderingTakeSignedDeltas() {
    assertThat(write(1200, 65534, 100, 400, 399, LOST, 33_166, 398)).isEqualTo(6);
    assertThat(read(65534)).containsExactly(100L, 400L, 399L, LOST, 33_166L, 398L);
  }

  @Test
  void deltaBeyondSixteenBitsStartsAnotherMessage() {
    assertThat(write(1200, 1, 100, LOST, 100 + 32_768)).isEqualTo(2);
    assertThat(read(1)).containsExactly(100L, LOST);
    assertThat(write(1200, 3, 100 + 32_768)).isEqualTo(1);
    assertThat(read(3)).containsExactly(32_868L);
  }

  @Test
  void nothingReceivedIsNotReported() {
    assertThat(write(1200, 1, LOST, LOST)).isZero();
    assertThat(write(1200, 1)).isZero();
    assertThat(writer.length()).isZero();
  }

  @Test
  void longLossBeforeTheFirstArrivalIsARun() {
    long[] arrivals = new long[20_000];
    Arrays.fill(arrivals, LOST);
    arrivals[19_999] = 5;
    assertThat(write(1200, 0, arrivals)).isEqualTo(20_000);
    assertThat(writer.length()).isEqualTo(32);
    assertThat(read(0)).hasSize(20_000).endsWith(LOST, 5L);
  }

  @Test
  void roomEndsTheMessage() {
    long[] arrivals = new long[100];
    Arrays.fill(arrivals, 1000);
    assertThat(write(64, 0, arrivals)).isEqualTo(42);
    assertThat(writer.length()).isEqualTo(64);
    assertThat(read(0)).hasSize(42);
    assertThat(write(23, 0, arrivals)).isZero();
    assertThat(write(26, 0, arrivals)).as("20 bytes, a chunk and two deltas").isEqualTo(2);
  }

  @Test
  void referenceTimeIsSigned() {
    long[] arrivals = {0x80_0000L * 256 + 3};
    write(1200, 0, arrivals);
    read(0);
    assertThat(feedback.referenceTicks()).isEqualTo(-0x80_0000L * 256);
  }

  @Test
  void malformedFeedbackIsRefused() {
    String head = "00000001 00000002 0001";
    for (String bad :
        new String[] {
          "8fcd0003" + head + "0001",
          "8fcd0004" + head + "0001 00000000",
          "8fcd0005" + head + "0001 00000000 20000000",
          "8fcd0005" + head + "0003 00000000 20030101",
          "8fcd0005" + head + "0001 00000000 60010000",
          "8fcd0005" + head + "0001 00000000 f0000000",
          "8fcd0005" + head + "0002 00000000 e8000000",
          "8fcd0005" + head + "ffff 00000000 20010000",
        }) {
      MemorySegment bytes = Packets.hex(bad);
      assertThat(reader.wrap(bytes, 0, (int) bytes.byteSize()).next()).isTrue();
      assertThat(feedback.wrap(reader)).as(bad).isFalse();
    }
  }

  @Test
  void otherChunkFormsAreRead() {
    // A two-bit vector that starts 01 10 00: small, large, lost; then a run of one small.
    MemorySegment bytes =
        Packets.hex("8fcd0006 00000001 00000002 0005 0008 ffffff 00" + "d800 2001" + "05 fffe 07");
    reader.wrap(bytes, 0, (int) bytes.byteSize()).next();
    assertThat(feedback.wrap(reader)).isTrue();
    List<Long> arrivals = new ArrayList<>();
    feedback.forEach((sequence, received, ticks) -> arrivals.add(ticks));
    assertThat(arrivals).containsExactly(-251L, -253L, LOST, LOST, LOST, LOST, LOST, -246L);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void whatIsWrittenIsRead(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 600) int count,
      @ForAll @IntRange(min = 24, max = 1200) int capacity,
      @ForAll @IntRange(max = 100) int lossPercent,
      @ForAll @IntRange(min = 1, max = 40_000) int maxStep) {
    Random random = new Random(seed);
    long[] arrivals = new long[count];
    long now = random.nextInt(1_000_000);
    for (int i = 0; i < count; i++) {
      now = Math.max(0, now + random.nextInt(maxStep) - maxStep / 8);
      arrivals[i] = random.nextInt(100) < lossPercent ? LOST : now;
    }
    int at = 0;
    while (at < count) {
      writer.wrap(segment, 0, capacity);
      int written = feedbackWriter.write(writer, 1, 2, at, arrivals, at, count - at, 0);
      if (written == 0) {
        assertThat(Arrays.stream(arrivals, at, count)).allMatch(arrival -> arrival == LOST);
        return;
      }
      assertThat(writer.length()).isLessThanOrEqualTo(capacity);
      List<Long> expected = Arrays.stream(arrivals, at, at + written).boxed().toList();
      assertThat(read(at)).isEqualTo(expected);
      at += written;
    }
  }
}
