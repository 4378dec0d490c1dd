package sfu.protocol.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SessionKeysTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void keysAreThoseOfRfc3711AppendixB3() {
    SessionKeys keys = SessionKeys.forRtp(SrtpProfile.AES_CM_128_HMAC_SHA1_80,
        HEX.parseHex("e1f97a0d3e018be0d64fa32c06de4139"), HEX.parseHex("0ec675ad498afeebb6960b3aabe6"));
    assertThat(keys.cipherKey()).asHexString().isEqualToIgnoringCase("c61e7a93744f39ee10734afe3ff7a087");
    assertThat(keys.salt()).asHexString().isEqualToIgnoringCase("30cbbc08863d8c85d49db34a9ae1");
    assertThat(keys.authKey()).asHexString().isEqualToIgnoringCase("cebe321f6ff7716b6fd4ab49af256a156d38baa4");
  }

  @Test
  void aKeyOf256BitsIsThatOfRfc6188Section73() {
    SessionKeys keys = SessionKeys.forRtp(SrtpProfile.AEAD_AES_256_GCM,
        HEX.parseHex("f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6"),
        HEX.parseHex("3b04803de51ee7c96423ab5b78d2"));
    assertThat(keys.cipherKey()).asHexString()
        .isEqualToIgnoringCase("5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4");
    assertThat(keys.salt()).asHexString().isEqualToIgnoringCase("fa31791685ca444a9e07c6c6");
    assertThat(keys.authKey()).asHexString().isEqualToIgnoringCase("fd9c32d39ed5fbb5a9dc96b30818454d1313dc05");
  }

  @Test
  void rtpAndRtcpShareNoKey() {
    SrtpProfile profile = SrtpProfile.AEAD_AES_256_GCM;
    SessionKeys rtp = SessionKeys.forRtp(profile, Packets.masterKey(profile), Packets.masterSalt(profile));
    SessionKeys rtcp = SessionKeys.forRtcp(profile, Packets.masterKey(profile), Packets.masterSalt(profile));
    assertThat(rtp.cipherKey()).hasSize(32).isNotEqualTo(rtcp.cipherKey());
    assertThat(rtp.salt()).hasSize(12).isNotEqualTo(rtcp.salt());
    assertThat(rtp.authKey()).isNotEqualTo(rtcp.authKey());
  }

  @Test
  void keysDoNotShowInLogs() {
    SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;
    assertThat(SessionKeys.forRtp(profile, Packets.masterKey(profile), Packets.masterSalt(profile)).toString())
        .isEqualTo("SessionKeys[hidden]");
  }
}
