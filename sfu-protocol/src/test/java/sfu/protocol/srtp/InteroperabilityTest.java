package sfu.protocol.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole packets from master keys, byte for byte as libsrtp makes them, which is what browsers run. */
class InteroperabilityTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] GCM_SALT = HEX.parseHex("a0a1a2a3a4a5a6a7a8a9aaab");
  private static final byte[] RTP = HEX.parseHex("800f1234decafbadcafebabe" + "ab".repeat(16));
  private static final byte[] RTCP = HEX.parseHex("81c8000bcafebabe" + "ab".repeat(16));

  static List<SrtpCrypto> cryptos() {
    return List.of(SrtpCrypto.best(), SrtpCrypto.jdk());
  }

  @ParameterizedTest
  @MethodSource("cryptos")
  void counterModeWithHmac(SrtpCrypto crypto) {
    SrtpProfile profile = SrtpProfile.AES_CM_128_HMAC_SHA1_80;
    byte[] key = HEX.parseHex("e1f97a0d3e018be0d64fa32c06de4139");
    byte[] salt = HEX.parseHex("0ec675ad498afeebb6960b3aabe6");
    checkRtp(crypto, profile, key, salt,
        "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb");
    checkRtcp(crypto, profile, key, salt,
        "81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798");
  }

  @ParameterizedTest
  @MethodSource("cryptos")
  void gcmWith128Bits(SrtpCrypto crypto) {
    SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;
    byte[] key = HEX.parseHex("000102030405060708090a0b0c0d0e0f");
    checkRtp(crypto, profile, key, GCM_SALT,
        "800f1234decafbadcafebabec5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392");
    checkRtcp(crypto, profile, key, GCM_SALT,
        "81c8000bcafebabec98b8b5df0392a55852b6c21ac8e7025c52c6fbea2b3b446ea31123ba88ce61e80000001");
  }

  @ParameterizedTest
  @MethodSource("cryptos")
  void gcmWith256Bits(SrtpCrypto crypto) {
    checkRtp(crypto, SrtpProfile.AEAD_AES_256_GCM,
        HEX.parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"), GCM_SALT,
        "800f1234decafbadcafebabe0af7f21e8a90bdad7a425c9c31ed4bb1d90238917e7390a2793500e1681acaea");
  }

  private static void checkRtp(SrtpCrypto crypto, SrtpProfile profile, byte[] key, byte[] salt, String expected) {
    try (SrtpSender sender = crypto.sender(profile, key, salt);
        SrtpReceiver receiver = crypto.receiver(profile, key, salt)) {
      byte[] wire = Packets.protectRtp(sender, RTP);
      assertThat(HEX.formatHex(wire)).isEqualTo(expected);
      assertThat(Packets.unprotectRtp(receiver, wire).bytes()).isEqualTo(RTP);
    }
  }

  private static void checkRtcp(SrtpCrypto crypto, SrtpProfile profile, byte[] key, byte[] salt, String expected) {
    try (SrtpSender sender = crypto.sender(profile, key, salt);
        SrtpReceiver receiver = crypto.receiver(profile, key, salt)) {
      // libsrtp numbers from 1; RFC 3711 and we from 0.
      Packets.protectRtcp(sender, RTCP);
      byte[] wire = Packets.protectRtcp(sender, RTCP);
      assertThat(HEX.formatHex(wire)).isEqualTo(expected);
      assertThat(Packets.unprotectRtcp(receiver, wire).bytes()).isEqualTo(RTCP);
    }
  }
}
