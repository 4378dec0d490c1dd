package sfu.protocol.rtcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import sfu.protocol.rtp.Packets;

class RelayMessagesTest {
  private static final int US = 0x11111111;
  private static final int RELAY = 0xaaaa0001;

  private final MemorySegment segment = Packets.of(new byte[1500]);
  private final RtcpWriter writer = new RtcpWriter().wrap(segment, 4, 1200);
  private final RtcpReader reader = new RtcpReader();
  private final RelayReport report = new RelayReport();
  private final RelayWants wants = new RelayWants();

  private RtcpReader first(MemorySegment of, long offset, int length) {
    reader.wrap(of, offset, length);
    assertThat(reader.next()).isTrue();
    return reader;
  }

  private String written() {
    return Packets.toHex(segment, 4, writer.length());
  }

  @Test
  void aReportTellsOfAllLayersWhetherTheyCrossOrNot() {
    long at = RelayReport.write(writer, US, RELAY, 7, true, false, 2);
    RelayReport.layer(writer, at, 0, RELAY, 3, true, 5_000_000_000L);
    RelayReport.layer(writer, at, 1, 0xaaaa0002, 0, false, 250_000);
    RelayReport.clock(writer, at, 0, 0x0102030405060708L, 0x0a0b0c0d);

    assertThat(written())
        .isEqualTo(
            "80cc0013" + "11111111" + "53465552" + "aaaa0001" + "00000007" + "01000000"
                + "aaaa0001" + "00000003" + "03000000" + "ffffffff" + "0102030405060708" + "0a0b0c0d"
                + "aaaa0002" + "00000000" + "00000000" + "0003d090" + "0000000000000000" + "00000000");
    assertThat(report.wrap(first(segment, 4, writer.length()))).isTrue();
    assertThat(report.relay()).isEqualTo(RELAY);
    assertThat(report.number()).isEqualTo(7);
    assertThat(report.isPaused()).isTrue();
    assertThat(report.isClosed()).isFalse();
    assertThat(report.layerCount()).isEqualTo(2);
    assertThat(report.ssrc(0)).isEqualTo(RELAY);
    assertThat(report.epoch(0)).isEqualTo(3);
    assertThat(report.isActive(0)).isTrue();
    assertThat(report.bitrateBps(0)).as("cut to 32 bits").isEqualTo(0xffff_ffffL);
    assertThat(report.isClockKnown(0)).isTrue();
    assertThat(report.ntpTimestamp(0)).isEqualTo(0x0102030405060708L);
    assertThat(report.rtpTimestamp(0)).isEqualTo(0x0a0b0c0d);
    assertThat(report.isActive(1)).isFalse();
    assertThat(report.isClockKnown(1)).isFalse();
    assertThat(report.bitrateBps(1)).isEqualTo(250_000);
    assertThat(wants.wrap(reader)).isFalse();
  }

  @Test
  void wantsNameTheWatchedLayersAndTheirEpochs() {
    int[] ssrcs = {RELAY, 0xaaaa0003};
    assertThat(RelayWants.write(writer, US, RELAY, 0x7fff_ffff, ssrcs, new int[] {0, 9}, 2)).isTrue();

    assertThat(written())
        .isEqualTo(
            "81cc0008" + "11111111" + "53465552" + "aaaa0001" + "7fffffff" + "aaaa000100000000"
                + "aaaa000300000009");
    assertThat(wants.wrap(first(segment, 4, writer.length()))).isTrue();
    assertThat(wants.relay()).isEqualTo(RELAY);
    assertThat(wants.number()).isEqualTo(0x7fff_ffff);
    assertThat(wants.count()).isEqualTo(2);
    assertThat(wants.ssrc(1)).isEqualTo(0xaaaa0003);
    assertThat(wants.epoch(1)).isEqualTo(9);
    assertThat(report.wrap(reader)).isFalse();
  }

  @Test
  void nothingMayBeWanted() {
    assertThat(RelayWants.write(writer, US, RELAY, 1, new int[0], new int[0], 0)).isTrue();
    assertThat(wants.wrap(first(segment, 4, writer.length()))).isTrue();
    assertThat(wants.count()).isZero();
  }

  @Test
  void whatHasNoRoomLeavesTheDatagramAsItWas() {
    writer.wrap(segment, 4, 40);
    assertThat(RelayReport.write(writer, US, RELAY, 1, false, true, 1)).isEqualTo(-1);
    assertThat(RelayWants.write(writer, US, RELAY, 1, new int[3], new int[3], 3)).isFalse();
    assertThat(writer.length()).isZero();
  }

  @Test
  void othersPacketsAndCutOnesAreRefused() {
    for (String other :
        new String[] {
          "80cc0005" + "11111111" + "53465558" + "aaaa0001" + "00000007" + "01000000",
          "80cd0005" + "11111111" + "53465552" + "aaaa0001" + "00000007" + "01000000",
          "82cc0005" + "11111111" + "53465552" + "aaaa0001" + "00000007" + "01000000",
          "80cc0004" + "11111111" + "53465552" + "aaaa0001" + "00000007",
          "81cc0003" + "11111111" + "53465552" + "aaaa0001",
          "80cc0000"
        }) {
      MemorySegment bytes = Packets.hex(other);
      first(bytes, 0, (int) bytes.byteSize());
      assertThat(report.wrap(reader)).as(other).isFalse();
      assertThat(wants.wrap(reader)).as(other).isFalse();
    }
  }

  @Test
  void aLayerThatIsNotWholeIsNotThere() {
    MemorySegment bytes =
        Packets.hex("80cc0007" + "11111111" + "53465552" + "aaaa0001" + "00000007" + "02000000" + "aaaa000100000003");
    assertThat(report.wrap(first(bytes, 0, (int) bytes.byteSize()))).isTrue();
    assertThat(report.isClosed()).isTrue();
    assertThat(report.layerCount()).isZero();
  }
}
