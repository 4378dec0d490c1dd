package sfu.protocol.rtcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import sfu.protocol.rtp.Packets;

class RtcpReaderTest {
  private final RtcpReader reader = new RtcpReader();

  private RtcpReader wrap(String digits) {
    MemorySegment segment = Packets.hex(digits);
    return reader.wrap(segment, 0, (int) segment.byteSize());
  }

  @Test
  void compoundIsWalkedPacketByPacket() {
    wrap("80c90001 00000001" + "81cb0001 00000002" + "8fce0002 00000001 00000002");
    assertThat(reader.next()).isTrue();
    assertThat(reader.packetType()).isEqualTo(Rtcp.RECEIVER_REPORT);
    assertThat(reader.count()).isZero();
    assertThat(reader.offset()).isZero();
    assertThat(reader.length()).isEqualTo(8);
    assertThat(reader.next()).isTrue();
    assertThat(reader.packetType()).isEqualTo(Rtcp.BYE);
    assertThat(reader.offset()).isEqualTo(8);
    assertThat(reader.next()).isTrue();
    assertThat(reader.count()).isEqualTo(15);
    assertThat(reader.length()).isEqualTo(12);
    assertThat(reader.next()).isFalse();
    assertThat(reader.malformed()).isFalse();
  }

  @Test
  void readingStopsAtTheFirstMalformedPacket() {
    for (String bad : new String[] {"40cb0001 00000002", "81cb0002 00000002", "81cb00"}) {
      wrap("80c90001 00000001" + bad);
      assertThat(reader.next()).isTrue();
      assertThat(reader.next()).isFalse();
      assertThat(reader.malformed()).isTrue();
      assertThat(reader.next()).isFalse();
    }
  }

  @Test
  void paddingOfTheLastPacketIsLeftOut() {
    wrap("a1cb0003 00000002 00000000 00000008");
    assertThat(reader.next()).isTrue();
    assertThat(reader.length()).isEqualTo(8);
    assertThat(reader.next()).isFalse();
    assertThat(reader.malformed()).isFalse();
  }

  @Test
  void wrongPaddingIsMalformed() {
    for (String bad :
        new String[] {
          "a1cb0001 00000000",
          "a1cb0001 00000003",
          "a1cb0001 00000008",
          "a0cb0000",
          "a1cb0001 00000004 80c90001 00000001",
        }) {
      assertThat(wrap(bad).next()).as(bad).isFalse();
      assertThat(reader.malformed()).isTrue();
    }
  }

  @Test
  void lengthBeyondTheSegmentIsMalformed() {
    assertThat(reader.wrap(Packets.hex("80c90001 00000001"), 0, 9).next()).isFalse();
    assertThat(reader.malformed()).isTrue();
  }

  @Test
  void rtcpIsToldFromRtpByItsSecondByte() {
    assertThat(Rtcp.looksLike(Packets.hex("80c90001 00000001"), 0, 8)).isTrue();
    assertThat(Rtcp.looksLike(Packets.hex("80c90001 00000001"), 0, 7)).isFalse();
    assertThat(Rtcp.looksLike(Packets.hex("80e00001 00000001"), 0, 8)).isFalse();
    assertThat(Rtcp.looksLike(Packets.hex("00c90001 00000001"), 0, 8)).isFalse();
  }
}
