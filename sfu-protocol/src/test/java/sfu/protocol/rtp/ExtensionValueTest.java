package sfu.protocol.rtp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class ExtensionValueTest {
  @Test
  void absSendTimeIsFixedPointSecondsThatWrap() {
    assertThat(ExtensionValue.absSendTime(0)).isZero();
    assertThat(ExtensionValue.absSendTime(1_000_000_000L)).isEqualTo(1 << 18);
    assertThat(ExtensionValue.absSendTime(63_500_000_000L)).isEqualTo((63 << 18) + (1 << 17));
    assertThat(ExtensionValue.absSendTime(64_000_000_000L)).isZero();
    assertThat(ExtensionValue.absSendTime(-1_000_000_000L)).isEqualTo(63 << 18);
    assertThat(ExtensionValue.absSendTime(Long.MAX_VALUE)).isBetween(0, 0xff_ffff);
    MemorySegment segment = Packets.hex("00000000");
    ExtensionValue.writeAbsSendTime(segment, 1, 1_000_000_000L);
    assertThat(Packets.toHex(segment, 0, 4)).isEqualTo("00040000");
    assertThat(ExtensionValue.readAbsSendTime(segment, 1)).isEqualTo(1 << 18);
  }

  @Test
  void audioLevelHasAVoiceFlag() {
    MemorySegment segment = Packets.hex("aa7f");
    assertThat(ExtensionValue.readAudioLevel(segment, 0)).isEqualTo(42);
    assertThat(ExtensionValue.readVoiceActivity(segment, 0)).isTrue();
    assertThat(ExtensionValue.readAudioLevel(segment, 1)).isEqualTo(127);
    assertThat(ExtensionValue.readVoiceActivity(segment, 1)).isFalse();
    ExtensionValue.writeAudioLevel(segment, 1, 42, true);
    assertThat(Packets.toHex(segment, 0, 2)).isEqualTo("aaaa");
  }

  @Test
  void videoRotationIsInDegrees() {
    MemorySegment segment = Packets.hex("0003");
    assertThat(ExtensionValue.readVideoRotation(segment, 0)).isZero();
    assertThat(ExtensionValue.readVideoRotation(segment, 1)).isEqualTo(270);
  }

  @Test
  void captureTimeIsAnNtpTimestamp() {
    assertThat(ExtensionValue.readAbsCaptureTime(Packets.hex("e0000000 80000000"), 0)).isEqualTo(0xe000000080000000L);
  }

  @Test
  void midsAndRidsCompareByTheirWholeText() {
    MemorySegment segment = Packets.hex("7231");
    assertThat(ExtensionValue.textEquals(segment, 0, 2, "r1".getBytes(US_ASCII))).isTrue();
    assertThat(ExtensionValue.textEquals(segment, 0, 2, "r2".getBytes(US_ASCII))).isFalse();
    assertThat(ExtensionValue.textEquals(segment, 0, 2, "r10".getBytes(US_ASCII))).isFalse();
    assertThat(ExtensionValue.textEquals(segment, 0, 1, "r1".getBytes(US_ASCII))).isFalse();
  }
}
