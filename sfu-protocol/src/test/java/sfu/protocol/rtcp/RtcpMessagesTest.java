package sfu.protocol.rtcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import sfu.protocol.rtp.Packets;

class RtcpMessagesTest {
  private final MemorySegment segment = Packets.of(new byte[1500]);
  private final RtcpWriter writer = new RtcpWriter().wrap(segment, 4, 1200);
  private final RtcpReader reader = new RtcpReader();

  private String written() {
    return Packets.toHex(segment, 4, writer.length());
  }

  private RtcpReader first() {
    reader.wrap(segment, 4, writer.length());
    assertThat(reader.next()).isTrue();
    return reader;
  }

  private RtcpReader first(String digits) {
    MemorySegment bytes = Packets.hex(digits);
    reader.wrap(bytes, 0, (int) bytes.byteSize());
    assertThat(reader.next()).isTrue();
    return reader;
  }

  @Test
  void senderReportCarriesItsBlocks() {
    assertThat(SenderReport.write(writer, 0x11111111, 0x0102030405060708L, 0x0a0b0c0d, 5, 0xffff_ffffL)).isTrue();
    assertThat(ReportBlock.append(writer, 0x22222222, 0x80, -2, 0x1_0005L, 90, 0xaabbccdd, 65536)).isTrue();
    assertThat(written())
        .isEqualTo(
            "81c8000c" + "11111111" + "0102030405060708" + "0a0b0c0d" + "00000005" + "ffffffff"
                + "22222222" + "80fffffe" + "00010005" + "0000005a" + "aabbccdd" + "00010000");
    SenderReport report = new SenderReport();
    assertThat(report.wrap(first())).isTrue();
    assertThat(report.senderSsrc()).isEqualTo(0x11111111);
    assertThat(report.ntpTimestamp()).isEqualTo(0x0102030405060708L);
    assertThat(report.rtpTimestamp()).isEqualTo(0x0a0b0c0d);
    assertThat(report.packetCount()).isEqualTo(5);
    assertThat(report.octetCount()).isEqualTo(0xffff_ffffL);
    assertThat(report.reportCount()).isEqualTo(1);
    ReportBlock block = new ReportBlock();
    report.report(0, block);
    assertThat(block.ssrc()).isEqualTo(0x22222222);
    assertThat(block.fractionLost()).isEqualTo(0x80);
    assertThat(block.cumulativeLost()).isEqualTo(-2);
    assertThat(block.highestSequence()).isEqualTo(0x10005);
    assertThat(block.jitter()).isEqualTo(90);
    assertThat(block.lastSenderReport()).isEqualTo(0xaabbccdd);
    assertThat(block.delaySinceLastSenderReport()).isEqualTo(65536);
  }

  @Test
  void receiverReportTakesThirtyOneBlocks() {
    assertThat(ReceiverReport.write(writer, 7)).isTrue();
    for (int i = 0; i < 31; i++) {
      assertThat(ReportBlock.append(writer, i, 0, 0x7fff_ffff, 0, 0, 0, 0)).isTrue();
    }
    assertThat(ReportBlock.append(writer, 31, 0, 0, 0, 0, 0, 0)).isFalse();
    ReceiverReport report = new ReceiverReport();
    assertThat(report.wrap(first())).isTrue();
    assertThat(report.senderSsrc()).isEqualTo(7);
    assertThat(report.reportCount()).isEqualTo(31);
    ReportBlock block = new ReportBlock();
    report.report(30, block);
    assertThat(block.ssrc()).isEqualTo(30);
    assertThat(block.cumulativeLost()).as("clamped to 24 bits").isEqualTo(0x7f_ffff);
    assertThat(reader.next()).isFalse();
    assertThat(reader.malformed()).isFalse();
  }

  @Test
  void reportBlockNeedsAReport() {
    assertThat(ReportBlock.append(writer, 1, 0, 0, 0, 0, 0, 0)).isFalse();
    Bye.write(writer, 1);
    assertThat(ReportBlock.append(writer, 1, 0, 0, 0, 0, 0, 0)).isFalse();
  }

  @Test
  void reportThatClaimsMoreBlocksThanItHasIsMalformed() {
    assertThat(new ReceiverReport().wrap(first("81c90001 00000001"))).isFalse();
    assertThat(new SenderReport().wrap(first("81c80006 00000001" + "00".repeat(20)))).isFalse();
    assertThat(new SenderReport().wrap(first("80c80001 00000001"))).isFalse();
  }

  @Test
  void canonicalNameEndsOnAWord() {
    for (int length = 0; length < 9; length++) {
      String name = "abcdefgh".substring(0, length);
      writer.wrap(segment, 4, 1200);
      segment.fill((byte) 0x77);
      assertThat(SourceDescription.write(writer, 0x01020304, name.getBytes(UTF_8))).isTrue();
      SourceDescription description = new SourceDescription();
      assertThat(description.wrap(first())).isTrue();
      assertThat(description.next()).isTrue();
      assertThat(description.ssrc()).isEqualTo(0x01020304);
      assertThat(Packets.toHex(segment, description.cnameOffset(), description.cnameLength()))
          .isEqualTo(Packets.toHex(MemorySegment.ofArray(name.getBytes(UTF_8)), 0, length));
      assertThat(description.next()).isFalse();
      assertThat(reader.next()).isFalse();
      assertThat(reader.malformed()).isFalse();
    }
    writer.wrap(segment, 4, 1200);
    assertThat(SourceDescription.write(writer, 1, new byte[256])).isFalse();
  }

  @Test
  void chunksOfOtherItemsAreWalked() {
    SourceDescription description = new SourceDescription();
    assertThat(description.wrap(first("82ca0006 00000001 0203616263 00 0000 00000002 01026869 00000000"))).isTrue();
    assertThat(description.next()).isTrue();
    assertThat(description.cnameOffset()).isEqualTo(-1);
    assertThat(description.next()).isTrue();
    assertThat(description.ssrc()).isEqualTo(2);
    assertThat(description.cnameLength()).isEqualTo(2);
    assertThat(description.cnameOffset()).isEqualTo(22);
  }

  @Test
  void itemThatRunsOverItsPacketIsMalformed() {
    SourceDescription description = new SourceDescription();
    assertThat(description.wrap(first("81ca0002 00000001 01036869"))).isTrue();
    assertThat(description.next()).isFalse();
  }

  @Test
  void goodbyeNamesItsSources() {
    Bye bye = new Bye();
    assertThat(bye.wrap(first("82cb0003 00000001 00000002 02627900"))).isTrue();
    assertThat(bye.count()).isEqualTo(2);
    assertThat(bye.ssrc(1)).isEqualTo(2);
    assertThat(bye.wrap(first("82cb0001 00000001"))).isFalse();
    assertThat(Bye.write(writer, 9)).isTrue();
    assertThat(written()).isEqualTo("81cb000100000009");
  }

  @Test
  void keyFrameRequestsNameTheirStream() {
    assertThat(PictureLossIndication.write(writer, 1, 2)).isTrue();
    assertThat(FullIntraRequest.write(writer, 1, 3, 0x1ff)).isTrue();
    assertThat(written())
        .isEqualTo("81ce0002" + "00000001" + "00000002"
                + "84ce0004" + "00000001" + "00000000" + "00000003" + "ff000000");
    PictureLossIndication pli = new PictureLossIndication();
    FullIntraRequest fir = new FullIntraRequest();
    assertThat(pli.wrap(first())).isTrue();
    assertThat(pli.mediaSsrc()).isEqualTo(2);
    assertThat(fir.wrap(reader)).isFalse();
    assertThat(reader.next()).isTrue();
    assertThat(pli.wrap(reader)).isFalse();
    assertThat(fir.wrap(reader)).isTrue();
    assertThat(fir.count()).isEqualTo(1);
    assertThat(fir.senderSsrc()).isEqualTo(1);
    assertThat(fir.ssrc(0)).isEqualTo(3);
    assertThat(fir.sequenceNumber(0)).isEqualTo(255);
  }

  @Test
  void rembRoundsDownToEighteenBits() {
    assertThat(Remb.write(writer, 1, 8_000_000, new int[] {2, 3}, 2)).isTrue();
    assertThat(written())
        .isEqualTo("8fce0006" + "00000001" + "00000000" + "52454d42" + "0217d090" + "00000002" + "00000003");
    Remb remb = new Remb();
    assertThat(remb.wrap(first())).isTrue();
    assertThat(remb.bitrateBps()).isEqualTo(8_000_000);
    assertThat(remb.ssrcCount()).isEqualTo(2);
    assertThat(remb.ssrc(1)).isEqualTo(3);
    for (long bitrate : new long[] {0, 1, 0x3ffff, 0x40000, 0x7ffff, Long.MAX_VALUE}) {
      writer.wrap(segment, 4, 100);
      Remb.write(writer, 1, bitrate, new int[0], 0);
      assertThat(remb.wrap(first())).isTrue();
      assertThat(remb.bitrateBps()).isBetween(bitrate - (bitrate >>> 17), bitrate);
    }
  }

  @Test
  void rembTooLargeForALongIsUnbounded() {
    Remb remb = new Remb();
    assertThat(remb.wrap(first("8fce0004 00000001 00000000 52454d42 00ffffff"))).isTrue();
    assertThat(remb.bitrateBps()).isEqualTo(Long.MAX_VALUE);
    assertThat(remb.wrap(first("8fce0004 00000001 00000000 52454d43 00000001"))).as("another name").isFalse();
    assertThat(remb.wrap(first("8fce0004 00000001 00000000 52454d42 01000001"))).as("a source short").isFalse();
  }

  @Test
  void extendedReportFindsTheReferenceTimeAmongOthers() {
    ExtendedReport report = new ExtendedReport();
    assertThat(report.wrap(first("80cf0006 00000001 2a000001 00000000 04000002 0102030405060708"))).isTrue();
    assertThat(report.senderSsrc()).isEqualTo(1);
    assertThat(report.next()).isTrue();
    assertThat(report.isReferenceTime()).isFalse();
    assertThat(report.next()).isTrue();
    assertThat(report.isReferenceTime()).isTrue();
    assertThat(report.referenceTime()).isEqualTo(0x0102030405060708L);
    assertThat(report.next()).isFalse();
    assertThat(report.wrap(first("80cf0002 00000001 04000002"))).isTrue();
    assertThat(report.next()).as("a block that runs over").isFalse();
    assertThat(ExtendedReport.writeDelaySinceLastReference(writer, 1, 2, 0x03040506, 65536)).isTrue();
    assertThat(written()).isEqualTo("80cf0005" + "00000001" + "05000003" + "00000002" + "03040506" + "00010000");
  }

  @Test
  void messageWithoutRoomLeavesTheDatagramAsItWas() {
    writer.wrap(segment, 4, 12);
    assertThat(Bye.write(writer, 1)).isTrue();
    assertThat(SenderReport.write(writer, 1, 0, 0, 0, 0)).isFalse();
    assertThat(ReceiverReport.write(writer, 1)).isFalse();
    assertThat(Bye.write(writer, 1)).isFalse();
    assertThat(PictureLossIndication.write(writer, 1, 2)).isFalse();
    assertThat(FullIntraRequest.write(writer, 1, 2, 0)).isFalse();
    assertThat(Remb.write(writer, 1, 2, new int[0], 0)).isFalse();
    assertThat(Nack.write(writer, 1, 2, new int[] {1}, 0, 1)).isZero();
    assertThat(SourceDescription.write(writer, 1, new byte[0])).isFalse();
    assertThat(ExtendedReport.writeDelaySinceLastReference(writer, 1, 2, 3, 4)).isFalse();
    assertThat(new TransportFeedbackWriter().write(writer, 1, 2, 3, new long[] {4}, 0, 1, 0)).isZero();
    assertThat(written()).isEqualTo("81cb000100000001");
  }
}
