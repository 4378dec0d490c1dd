package sfu.protocol.rtcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import sfu.protocol.rtp.Mutants;
import sfu.protocol.rtp.Packets;

class RtcpHostileInputTest {
  private final RtcpReader reader = new RtcpReader();
  private final SenderReport senderReport = new SenderReport();
  private final ReceiverReport receiverReport = new ReceiverReport();
  private final ReportBlock block = new ReportBlock();
  private final SourceDescription description = new SourceDescription();
  private final Bye bye = new Bye();
  private final Nack nack = new Nack();
  private final PictureLossIndication pictureLoss = new PictureLossIndication();
  private final FullIntraRequest fullIntra = new FullIntraRequest();
  private final Remb remb = new Remb();
  private final TransportFeedback transportFeedback = new TransportFeedback();
  private final ExtendedReport extendedReport = new ExtendedReport();
  private final RelayReport relayReport = new RelayReport();
  private final RelayWants relayWants = new RelayWants();
  private int handedOut;

  @Provide
  Arbitrary<byte[]> hostile() {
    return Mutants.of(
        "81c8000c 11111111 0102030405060708 0a0b0c0d 00000005 ffffffff"
            + "22222222 80fffffe 00010005 0000005a aabbccdd 00010000",
        "81c90007 00000001" + "00".repeat(24) + "82ca0006 00000001 0203616263 00 0000 00000002 01026869 00000000",
        "82cb0003 00000001 00000002 02627900" + "81cd0004 00000001 00000002 fffa8030 000b0000",
        "81ce0002 00000001 00000002" + "84ce0004 00000001 00000000 00000003 ff000000",
        "8fce0006 00000001 00000000 52454d42 0217d090 00000002 00000003",
        "8fcd0006 00000001 00000002 0005 0008 ffffff 00 d800 2001 05 fffe 07",
        "afcd0007 00000001 00000002 0005 0007 000001 00 ac80 05 06 0708 0000 00000004",
        "80cf0006 00000001 2a000001 00000000 04000002 0102030405060708",
        "80cc000c 00000001 53465552 00000002 00000007 01000000"
            + "00000002 00000003 03000000 0003d090 0102030405060708 0a0b0c0d",
        "81cc0008 00000001 53465552 00000002 00000007 00000002 00000003 00000004 00000000");
  }

  @Property(tries = 4000)
  void everyMessageIsReadWithinItsPacketOrRefused(@ForAll("hostile") byte[] bytes) {
    MemorySegment segment = Packets.of(bytes);
    Rtcp.looksLike(segment, 0, bytes.length);
    reader.wrap(segment, 0, bytes.length);
    int packets = 0;
    while (reader.next()) {
      packets++;
      assertThat(reader.offset() + reader.length()).isLessThanOrEqualTo(bytes.length);
      readReports();
      readFeedback();
      readTheRest();
      readRelay();
    }
    assertThat(packets).isLessThanOrEqualTo(bytes.length / 4);
  }

  private void readReports() {
    if (senderReport.wrap(reader)) {
      for (int i = 0; i < senderReport.reportCount(); i++) {
        senderReport.report(i, block);
        block.delaySinceLastSenderReport();
      }
      senderReport.octetCount();
    }
    if (receiverReport.wrap(reader)) {
      for (int i = 0; i < receiverReport.reportCount(); i++) {
        receiverReport.report(i, block);
        block.delaySinceLastSenderReport();
      }
      receiverReport.senderSsrc();
    }
  }

  private void readFeedback() {
    if (nack.wrap(reader)) {
      int sequences = 0;
      while (nack.next() >= 0) {
        sequences++;
      }
      assertThat(sequences).isBetween(1, reader.length() / 4 * 17);
    }
    if (pictureLoss.wrap(reader)) {
      pictureLoss.mediaSsrc();
    }
    if (fullIntra.wrap(reader)) {
      assertThat(fullIntra.count()).isPositive();
      fullIntra.sequenceNumber(fullIntra.count() - 1);
    }
    if (remb.wrap(reader)) {
      assertThat(remb.bitrateBps()).isNotNegative();
      for (int i = 0; i < remb.ssrcCount(); i++) {
        remb.ssrc(i);
      }
    }
    if (transportFeedback.wrap(reader)) {
      handedOut = 0;
      transportFeedback.forEach((sequence, received, ticks) -> handedOut++);
      assertThat(handedOut).isEqualTo(transportFeedback.packetCount());
    }
  }

  private void readTheRest() {
    if (description.wrap(reader)) {
      while (description.next()) {
        if (description.cnameOffset() >= 0) {
          assertThat(description.cnameOffset() + description.cnameLength())
              .isLessThan(reader.offset() + reader.length());
        }
      }
    }
    if (bye.wrap(reader)) {
      for (int i = 0; i < bye.count(); i++) {
        bye.ssrc(i);
      }
    }
    if (extendedReport.wrap(reader)) {
      while (extendedReport.next()) {
        if (extendedReport.isReferenceTime()) {
          extendedReport.referenceTime();
        }
      }
    }
  }

  private void readRelay() {
    if (relayReport.wrap(reader)) {
      for (int i = 0; i < relayReport.layerCount(); i++) {
        relayReport.rtpTimestamp(i);
      }
      relayReport.isClosed();
    }
    if (relayWants.wrap(reader)) {
      for (int i = 0; i < relayWants.count(); i++) {
        relayWants.epoch(i);
      }
      relayWants.number();
    }
  }
}
