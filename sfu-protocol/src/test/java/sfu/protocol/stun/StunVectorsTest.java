package sfu.protocol.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The messages of RFC 5769, sections 2.1 to 2.3. */
class StunVectorsTest {
  private static final String REQUEST =
      """
      00 01 00 58 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae
      80 22 00 10 53 54 55 4e 20 74 65 73 74 20 63 6c 69 65 6e 74
      00 24 00 04 6e 00 01 ff
      80 29 00 08 93 2f f9 b1 51 26 3b 36
      00 06 00 09 65 76 74 6a 3a 68 36 76 59 20 20 20
      00 08 00 14 9a ea a7 0c bf d8 cb 56 78 1e f2 b5 b2 d3 f2 49 c1 b5 71 a2
      80 28 00 04 e5 7a 3b cf
      """;
  private static final String RESPONSE_V4 =
      """
      01 01 00 3c 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae
      80 22 00 0b 74 65 73 74 20 76 65 63 74 6f 72 20
      00 20 00 08 00 01 a1 47 e1 12 a6 43
      00 08 00 14 2b 91 f5 99 fd 9e 90 c3 8c 74 89 f9 2a f9 ba 53 f0 6b e7 d7
      80 28 00 04 c0 7d 4c 96
      """;
  private static final String RESPONSE_V6 =
      """
      01 01 00 48 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae
      80 22 00 0b 74 65 73 74 20 76 65 63 74 6f 72 20
      00 20 00 14 00 02 a1 47 01 13 a9 fa a5 d3 f1 79 bc 25 f4 b5 be d2 b9 d9
      00 08 00 14 a3 82 95 4e 4b e6 7b f1 17 84 c9 7c 82 92 c2 75 bf e3 ed 41
      80 28 00 04 c8 fb 0b 4c
      """;
  private static final StunIntegrity PASSWORD = new StunIntegrity("VOkJxbRl1RmTxUk/WvJxBt");
  private static final long V4 = 0xFFFF_0000_0000L | 0xC0000201L;
  private static final long V6_HI = 0x20010db812345678L;
  private static final long V6_LO = 0x0011223344556677L;

  @Test
  void aRequestIsReadAndItsIntegrityAndFingerprintHold() {
    StunReader reader = read(REQUEST);

    assertThat(reader.type()).isEqualTo(Stun.BINDING_REQUEST);
    assertThat(reader.transactionHi()).isEqualTo(0xb7e7a701);
    assertThat(reader.transactionLo()).isEqualTo(0xbc34d686fa87dfaeL);
    assertThat(reader.localUfrag()).isEqualTo("evtj");
    assertThat(reader.localUfragIs("evtj".getBytes(StandardCharsets.US_ASCII))).isTrue();
    assertThat(reader.localUfragIs("evt".getBytes(StandardCharsets.US_ASCII))).isFalse();
    assertThat(reader.priority()).isEqualTo(0x6e0001ffL);
    assertThat(reader.iceControlled()).isTrue();
    assertThat(reader.iceControlling()).isFalse();
    assertThat(reader.useCandidate()).isFalse();
    assertThat(reader.unknownCount()).isZero();
    assertThat(reader.verify(PASSWORD)).isTrue();
    assertThat(reader.verify(new StunIntegrity("another"))).isFalse();
    assertThat(reader.fingerprintFits()).isTrue();
  }

  @Test
  void anIpv4ResponseIsRead() {
    StunReader reader = read(RESPONSE_V4);

    assertThat(reader.type()).isEqualTo(Stun.BINDING_SUCCESS);
    assertThat(reader.mappedHi()).isZero();
    assertThat(reader.mappedLo()).isEqualTo(V4);
    assertThat(reader.mappedPort()).isEqualTo(32853);
    assertThat(reader.verify(PASSWORD)).isTrue();
    assertThat(reader.fingerprintFits()).isTrue();
  }

  @Test
  void anIpv6ResponseIsRead() {
    StunReader reader = read(RESPONSE_V6);

    assertThat(reader.mappedHi()).isEqualTo(V6_HI);
    assertThat(reader.mappedLo()).isEqualTo(V6_LO);
    assertThat(reader.mappedPort()).isEqualTo(32853);
    assertThat(reader.verify(PASSWORD)).isTrue();
    assertThat(reader.fingerprintFits()).isTrue();
  }

  @Test
  void theAddressAttributesAreWrittenAsInTheVectors() {
    assertThat(writtenAddress(0, V4)).isEqualTo("002000080001a147e112a643");
    assertThat(writtenAddress(V6_HI, V6_LO)).isEqualTo("002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9");
  }

  @Test
  void everyDamagedByteThatTheIntegrityCoversIsNoticed() {
    byte[] good = bytes(REQUEST);
    for (int i = 0; i < good.length - 8; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      StunReader reader = new StunReader();
      boolean accepted =
          reader.wrap(MemorySegment.ofArray(bad), 0, bad.length) && reader.fingerprintFits() && reader.verify(PASSWORD);
      assertThat(accepted).as("byte %d", i).isFalse();
    }
  }

  private static String writtenAddress(long hi, long lo) {
    byte[] out = new byte[64];
    StunWriter writer = new StunWriter();
    writer.begin(MemorySegment.ofArray(out), 0, Stun.BINDING_SUCCESS, 0xb7e7a701, 0xbc34d686fa87dfaeL);
    writer.xorMappedAddress(hi, lo, 32853);
    return HexFormat.of().formatHex(out, Stun.HEADER_LENGTH, writer.length());
  }

  private static StunReader read(String hex) {
    byte[] message = bytes(hex);
    StunReader reader = new StunReader();
    assertThat(reader.wrap(MemorySegment.ofArray(message), 0, message.length)).isTrue();
    return reader;
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
  }
}
