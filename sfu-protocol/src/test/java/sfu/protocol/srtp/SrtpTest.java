package sfu.protocol.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sfu.protocol.srtp.Packets.Unprotected;

/** What holds for every profile over every provider, and between providers. */
class SrtpTest {
  /** Sending crypto, receiving crypto, profile. */
  static List<Arguments> pairs() {
    List<SrtpCrypto> cryptos = SrtpCrypto.best() == SrtpCrypto.jdk()
        ? List.of(SrtpCrypto.jdk())
        : List.of(SrtpCrypto.openssl(), SrtpCrypto.jdk());
    List<Arguments> pairs = new ArrayList<>();
    for (SrtpProfile profile : SrtpProfile.values()) {
      for (SrtpCrypto sending : cryptos) {
        for (SrtpCrypto receiving : cryptos) {
          pairs.add(arguments(sending, receiving, profile));
        }
      }
    }
    return pairs;
  }

  /** A sender and a receiver under the same keys. */
  private record Link(SrtpSender sender, SrtpReceiver receiver) implements AutoCloseable {
    static Link open(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
      return new Link(Packets.sender(sending, profile), Packets.receiver(receiving, profile));
    }

    byte[] protect(int sequence) {
      return Packets.protectRtp(sender, packet(sequence));
    }

    Unprotected unprotect(byte[] packet) {
      return Packets.unprotectRtp(receiver, packet);
    }

    void assertPasses(int sequence) {
      assertThat(unprotect(protect(sequence)).bytes()).as("packet %s", sequence).isEqualTo(packet(sequence));
    }

    @Override
    public void close() {
      sender.close();
      receiver.close();
    }
  }

  private static byte[] packet(int sequence) {
    return Packets.rtp(Packets.SSRC, sequence & 0xffff, 40);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aPacketComesOutAsItWentIn(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    try (Link link = Link.open(sending, receiving, profile)) {
      int sequence = 1;
      for (int payloadLength : new int[] {0, 1, 15, 16, 17, 100, 1200, 1460, 9000}) {
        byte[] plain = Packets.rtp(Packets.SSRC, sequence++, payloadLength);
        byte[] wire = Packets.protectRtp(link.sender, plain);
        assertThat(wire).hasSize(plain.length + link.sender.overhead()).startsWith(Arrays.copyOf(plain, 12));
        assertThat(link.unprotect(wire).bytes()).isEqualTo(plain);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void headersWithExtensionsStayReadable(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    try (Link link = Link.open(sending, receiving, profile)) {
      int sequence = 1;
      for (int headerLength : new int[] {12, 16, 36, 72, 300}) {
        byte[] plain = Packets.rtp(Packets.SSRC, sequence++, headerLength, 80);
        byte[] wire = Packets.protectRtp(link.sender, plain, headerLength, headerLength);
        assertThat(wire).startsWith(Arrays.copyOf(plain, headerLength));
        assertThat(Packets.unprotectRtp(link.receiver, wire, headerLength).bytes()).isEqualTo(plain);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void whereTheRewrittenPartEndsDoesNotShowOnTheWire(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    byte[] plain = Packets.rtp(Packets.SSRC, 7, 24, 300);
    byte[] expected;
    try (Link link = Link.open(sending, receiving, profile)) {
      expected = Packets.protectRtp(link.sender, plain, 24, 24);
    }
    for (int rewritten : new int[] {1, 3, 8, 16, 33, 299, 300}) {
      try (Link link = Link.open(sending, receiving, profile)) {
        assertThat(Packets.protectRtp(link.sender, plain, 24, 24 + rewritten)).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aReplayIsRefused(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    try (Link link = Link.open(sending, receiving, profile)) {
      byte[] first = link.protect(100);
      byte[] second = link.protect(101);
      assertThat(link.unprotect(first).code()).isPositive();
      assertThat(link.unprotect(first).code()).isEqualTo(SrtpError.REPLAY);
      assertThat(link.unprotect(second).code()).isPositive();
      assertThat(link.unprotect(first).code()).isEqualTo(SrtpError.REPLAY);
      assertThat(link.unprotect(second).code()).isEqualTo(SrtpError.REPLAY);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aDamagedByteAnywhereIsRefused(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    try (Link link = Link.open(sending, receiving, profile)) {
      byte[] wire = link.protect(100);
      for (int i = 0; i < wire.length; i++) {
        byte[] damaged = wire.clone();
        damaged[i] ^= (byte) (1 << i % 8);
        assertThat(link.unprotect(damaged).code()).as("byte %s", i).isEqualTo(SrtpError.AUTH_FAILED);
      }
      assertThat(link.unprotect(wire).bytes()).as("after the forgeries").isEqualTo(packet(100));
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void forgedPacketsDoNotMoveTheWindow(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    try (Link link = Link.open(sending, receiving, profile)) {
      link.assertPasses(100);
      byte[] late = link.protect(101);
      for (int sequence : new int[] {2000, 30_000, 32_000}) {
        assertThat(link.unprotect(packet(sequence)).code()).isEqualTo(SrtpError.AUTH_FAILED);
      }
      assertThat(link.unprotect(late).bytes()).isEqualTo(packet(101));
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void packetsMayComeLateByTheWindow(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    try (Link link = Link.open(sending, receiving, profile)) {
      byte[] tooLate = link.protect(100);
      byte[] late = link.protect(101);
      byte[] lessLate = link.protect(102);
      link.assertPasses(100 + ReceivedStreams.WINDOW);
      assertThat(link.unprotect(tooLate).code()).isEqualTo(SrtpError.REPLAY);
      assertThat(link.unprotect(lessLate).bytes()).isEqualTo(packet(102));
      assertThat(link.unprotect(late).bytes()).isEqualTo(packet(101));
      assertThat(link.unprotect(late).code()).isEqualTo(SrtpError.REPLAY);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aRetransmissionIsProtectedInItsOwnRound(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    try (Link link = Link.open(sending, receiving, profile)) {
      for (int sequence = 30_000; sequence < 65_530; sequence += 5_000) {
        link.assertPasses(sequence);
      }
      link.assertPasses(65_533);
      link.assertPasses(65_535);
      link.assertPasses(2);
      link.assertPasses(65_534);
      link.assertPasses(1);
      link.assertPasses(3);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void sequenceNumbersMayWrapManyTimes(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    try (Link link = Link.open(sending, receiving, profile)) {
      byte[] before = null;
      for (int sequence = 1000; sequence < 5 << 16; sequence += 997) {
        byte[] wire = link.protect(sequence);
        assertThat(link.unprotect(wire).bytes()).as("packet %s", sequence).isEqualTo(packet(sequence));
        if (before != null) {
          assertThat(link.unprotect(before).code()).isNegative();
        }
        before = wire;
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void theSamePacketMayBeSentTwice(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    try (Link link = Link.open(sending, receiving, profile)) {
      byte[] once = link.protect(100);
      assertThat(link.protect(100)).isEqualTo(once);
      assertThat(link.protect(100)).isEqualTo(once);
      assertThat(link.unprotect(once).code()).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void streamsHaveRoundsOfTheirOwn(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    try (Link link = Link.open(sending, receiving, profile)) {
      for (int step = 0; step < 12; step++) {
        for (int ssrc = 0; ssrc < 40; ssrc++) {
          byte[] plain = Packets.rtp(ssrc, (step * 20_000 + ssrc * 800) & 0xffff, 20);
          assertThat(link.unprotect(Packets.protectRtp(link.sender, plain)).bytes()).isEqualTo(plain);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void rtcpComesOutAsItWentIn(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    try (Link link = Link.open(sending, receiving, profile)) {
      for (int length : new int[] {8, 12, 28, 64, 1200}) {
        for (int ssrc = 0; ssrc < 3; ssrc++) {
          byte[] plain = Packets.rtcp(ssrc, length);
          byte[] wire = Packets.protectRtcp(link.sender, plain);
          assertThat(wire).hasSizeBetween(length + 14, length + SrtpSender.MAX_OVERHEAD);
          assertThat(Packets.unprotectRtcp(link.receiver, wire).bytes()).isEqualTo(plain);
          assertThat(Packets.unprotectRtcp(link.receiver, wire).code()).isEqualTo(SrtpError.REPLAY);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void rtcpMayComeOutOfOrder(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    try (Link link = Link.open(sending, receiving, profile)) {
      byte[] plain = Packets.rtcp(1, 32);
      byte[] first = Packets.protectRtcp(link.sender, plain);
      byte[] second = Packets.protectRtcp(link.sender, plain);
      assertThat(first).isNotEqualTo(second);
      assertThat(Packets.unprotectRtcp(link.receiver, second).bytes()).isEqualTo(plain);
      assertThat(Packets.unprotectRtcp(link.receiver, first).bytes()).isEqualTo(plain);
      assertThat(Packets.unprotectRtcp(link.receiver, first).code()).isEqualTo(SrtpError.REPLAY);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aDamagedByteAnywhereInRtcpIsRefused(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    try (Link link = Link.open(sending, receiving, profile)) {
      byte[] wire = Packets.protectRtcp(link.sender, Packets.rtcp(1, 32));
      for (int i = 0; i < wire.length; i++) {
        byte[] damaged = wire.clone();
        damaged[i] ^= (byte) (1 << i % 8);
        assertThat(Packets.unprotectRtcp(link.receiver, damaged).code()).as("byte %s", i).isNegative();
      }
      assertThat(Packets.unprotectRtcp(link.receiver, wire).code()).isEqualTo(32);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void rtcpInTheClearIsRefused(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    try (Link link = Link.open(sending, receiving, profile)) {
      byte[] wire = Packets.protectRtcp(link.sender, Packets.rtcp(1, 32));
      int wordOffset = profile == SrtpProfile.AES_CM_128_HMAC_SHA1_80 ? wire.length - 14 : wire.length - 4;
      wire[wordOffset] &= 0x7f;
      assertThat(Packets.unprotectRtcp(link.receiver, wire).code()).isEqualTo(SrtpError.MALFORMED);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void shortPacketsAreMalformed(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    try (Link link = Link.open(sending, receiving, profile)) {
      int shortest = 12 + link.sender.overhead();
      for (int length = 0; length < shortest; length++) {
        assertThat(link.unprotect(new byte[length]).code()).isEqualTo(SrtpError.MALFORMED);
        assertThat(Packets.unprotectRtcp(link.receiver, new byte[length]).code()).isNegative();
      }
      assertThat(Packets.unprotectRtp(link.receiver, new byte[shortest], 11).code()).isEqualTo(SrtpError.MALFORMED);
      assertThat(Packets.unprotectRtp(link.receiver, new byte[shortest], 13).code()).isEqualTo(SrtpError.MALFORMED);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void otherKeysAreRefused(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    byte[] otherSalt = Packets.masterSalt(profile);
    otherSalt[3] ^= 1;
    try (SrtpSender sender = sending.sender(profile, Packets.masterKey(profile), otherSalt);
        SrtpReceiver receiver = Packets.receiver(receiving, profile)) {
      assertThat(Packets.unprotectRtp(receiver, Packets.protectRtp(sender, packet(1))).code())
          .isEqualTo(SrtpError.AUTH_FAILED);
      assertThat(Packets.unprotectRtcp(receiver, Packets.protectRtcp(sender, Packets.rtcp(1, 32))).code())
          .isEqualTo(SrtpError.AUTH_FAILED);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void streamsAreBounded(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    try (Link link = Link.open(sending, receiving, profile)) {
      for (int ssrc = 0; ssrc < SrtpReceiver.MAX_STREAMS; ssrc++) {
        assertThat(link.unprotect(Packets.protectRtp(link.sender, Packets.rtp(ssrc, 1, 20))).code()).isPositive();
      }
      byte[] oneMore = Packets.protectRtp(link.sender, Packets.rtp(-1, 1, 20));
      assertThat(link.unprotect(oneMore).code()).isEqualTo(SrtpError.TOO_MANY_STREAMS);
      assertThat(link.unprotect(Packets.protectRtp(link.sender, Packets.rtp(5, 2, 20))).code()).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void lengthsBeyondTheSegmentNeverReachTheCipher(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    try (Link link = Link.open(sending, receiving, profile); Arena arena = Arena.ofConfined()) {
      MemorySegment tight = arena.allocate(100 + link.sender.overhead() - 1);
      MemorySegment src = arena.allocate(50);
      assertThatThrownBy(() -> link.sender.protectRtp(tight, 0, 12, 100, src, 0, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> link.sender.protectRtp(tight, 0, 12, 20, src, 10, 41))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> link.sender.protectRtp(tight, 0, 30, 20, src, 0, 10))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> link.sender.protectRtcp(src, 0, 40)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> link.sender.protectRtcp(src, 0, 7)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void keysOfAnotherLengthAreRefused(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    assertThatThrownBy(() -> sending.sender(profile, new byte[15], Packets.masterSalt(profile)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(profile.name());
    assertThatThrownBy(() -> receiving.receiver(profile, Packets.masterKey(profile), new byte[13]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void nothingPassesAfterClosing(SrtpCrypto sending, SrtpCrypto receiving, SrtpProfile profile) {
    Link link = Link.open(sending, receiving, profile);
    byte[] wire = link.protect(1);
    link.close();
    link.close();
    assertThatThrownBy(() -> link.protect(2)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> link.unprotect(wire)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Packets.protectRtcp(link.sender, Packets.rtcp(1, 32)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void arraysAreForTheJdkAlone() {
    SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;
    MemorySegment packet = MemorySegment.ofArray(Arrays.copyOf(packet(1), 100));
    try (SrtpSender sender = Packets.sender(SrtpCrypto.jdk(), profile)) {
      assertThat(sender.protectRtp(packet, 0, 12, 52, packet, 52, 0)).isEqualTo(68);
    }
    if (SrtpCrypto.best() != SrtpCrypto.jdk()) {
      try (SrtpSender sender = Packets.sender(SrtpCrypto.openssl(), profile)) {
        assertThatThrownBy(() -> sender.protectRtp(packet, 0, 12, 52, packet, 52, 0))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("off-heap");
      }
    }
  }
}
