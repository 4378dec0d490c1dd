package sfu.protocol.srtp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors of the RFCs, which give session keys: so below the key derivation, per provider. */
class PublishedVectorsTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] GCM_SALT = HEX.parseHex("517569642070726f2071756f");
  private static final byte[] GCM_128_KEY = HEX.parseHex("000102030405060708090a0b0c0d0e0f");
  private static final byte[] GCM_256_KEY =
      HEX.parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  private static final int SRTP_SSRC = 0x5501a0b2;
  private static final int SRTP_SEQUENCE = 0xf17b;
  private static final String SRTP_PLAIN = "8040f17b8041f8d35501a0b2"
      + "47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573";
  private static final int SRTCP_SSRC = 0x4d617273;
  private static final int SRTCP_INDEX = 0x5d4;
  private static final String SRTCP_PLAIN = "81c8000d4d6172734e5450314e545032525450200000042a0000e930"
      + "4c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";

  static Stream<CipherProvider> providers() {
    return (LibcryptoProvider.unavailable() == null
        ? List.of(LibcryptoProvider.load(), new JdkProvider())
        : List.<CipherProvider>of(new JdkProvider())).stream();
  }

  @ParameterizedTest
  @MethodSource("providers")
  void counterModeIsThatOfRfc3711AppendixB2(CipherProvider provider) {
    SessionKeys keys = new SessionKeys(HEX.parseHex("2b7e151628aed2a6abf7158809cf4f3c"), new byte[20],
        HEX.parseHex("f0f1f2f3f4f5f6f7f8f9fafbfcfd"));
    try (Arena arena = Arena.ofConfined(); CmCipher cipher = provider.cm(arena, keys)) {
      MemorySegment zeros = arena.allocate(48);
      cipher.crypt(0, 0, zeros, 0, 48, zeros, 48, 0);
      assertThat(hex(zeros, 48)).isEqualTo(
          "e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab41e95b3bb0a2e8dd477901e4fca894c0");
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void hmacIsThatOfRfc2202(CipherProvider provider) {
    byte[] key = new byte[20];
    Arrays.fill(key, (byte) 0x0b);
    SessionKeys keys = new SessionKeys(new byte[16], key, new byte[14]);
    try (Arena arena = Arena.ofConfined(); CmCipher cipher = provider.cm(arena, keys)) {
      MemorySegment packet = arena.allocate(14);
      MemorySegment.copy("Hi There".getBytes(StandardCharsets.US_ASCII), 0, packet, JAVA_BYTE, 0, 8);
      cipher.sign(packet, 0, 4, packet.get(Bytes.INT, 4), 4);
      assertThat(HEX.formatHex(packet.asSlice(4, 10).toArray(JAVA_BYTE))).isEqualTo("b617318655057264e28b");
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void srtpWithAes128IsThatOfRfc7714Section16(CipherProvider provider) {
    checkSrtp(provider, GCM_128_KEY, "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
        + "899d7f27beb16a9152cf765ee4390cce");
  }

  @ParameterizedTest
  @MethodSource("providers")
  void srtpWithAes256IsThatOfRfc7714Section16(CipherProvider provider) {
    checkSrtp(provider, GCM_256_KEY, "32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b"
        + "7aa3db36dfffd6b0f9bb7878d7a76c13");
  }

  @ParameterizedTest
  @MethodSource("providers")
  void srtcpWithAes128IsThatOfRfc7714Section17(CipherProvider provider) {
    checkSrtcp(provider, GCM_128_KEY, "63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303d"
        + "ed0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4");
  }

  @ParameterizedTest
  @MethodSource("providers")
  void srtcpWithAes256IsThatOfRfc7714Section17(CipherProvider provider) {
    checkSrtcp(provider, GCM_256_KEY, "d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0"
        + "476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be800005d4");
  }

  private static void checkSrtp(CipherProvider provider, byte[] key, String expected) {
    byte[] plain = HEX.parseHex(SRTP_PLAIN);
    try (Arena arena = Arena.ofConfined();
        SrtpTransform sender = gcm(provider, arena, true, key);
        SrtpTransform receiver = gcm(provider, arena, false, key)) {
      MemorySegment packet = arena.allocate(plain.length + 16);
      MemorySegment.copy(plain, 0, packet, JAVA_BYTE, 0, plain.length);
      sender.sealRtp(SRTP_SSRC, SRTP_SEQUENCE, packet, 0, 12, plain.length, packet, 0, 0);
      assertThat(hex(packet, plain.length + 16)).isEqualTo(SRTP_PLAIN.substring(0, 24) + expected);
      MemorySegment opened = arena.allocate(plain.length);
      assertThat(receiver.openRtp(SRTP_SSRC, SRTP_SEQUENCE, packet, 0, plain.length + 16, 12, opened, 0)).isTrue();
      assertThat(hex(opened, plain.length)).isEqualTo(SRTP_PLAIN);
    }
  }

  private static void checkSrtcp(CipherProvider provider, byte[] key, String expected) {
    byte[] plain = HEX.parseHex(SRTCP_PLAIN);
    try (Arena arena = Arena.ofConfined();
        SrtpTransform sender = gcm(provider, arena, true, key);
        SrtpTransform receiver = gcm(provider, arena, false, key)) {
      MemorySegment packet = arena.allocate(plain.length + 20);
      MemorySegment.copy(plain, 0, packet, JAVA_BYTE, 0, plain.length);
      sender.sealRtcp(SRTCP_SSRC, SRTCP_INDEX, packet, 0, plain.length);
      assertThat(hex(packet, plain.length + 20)).isEqualTo(SRTCP_PLAIN.substring(0, 16) + expected);
      int word = packet.get(Bytes.INT, plain.length + 16);
      assertThat(receiver.openRtcp(SRTCP_SSRC, word, packet, 0, plain.length + 20)).isTrue();
      assertThat(hex(packet, plain.length)).isEqualTo(SRTCP_PLAIN);
    }
  }

  private static SrtpTransform gcm(CipherProvider provider, Arena arena, boolean encrypt, byte[] key) {
    SessionKeys keys = new SessionKeys(key, new byte[20], GCM_SALT);
    return new GcmTransform(arena, provider.gcm(arena, encrypt, keys), provider.gcm(arena, encrypt, keys));
  }

  private static String hex(MemorySegment segment, int length) {
    return HEX.formatHex(segment.asSlice(0, length).toArray(JAVA_BYTE));
  }
}
