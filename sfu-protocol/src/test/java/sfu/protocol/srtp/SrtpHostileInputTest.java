package sfu.protocol.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class SrtpHostileInputTest {
  @Provide
  Arbitrary<byte[]> datagrams() {
    return Combinators.combine(Arbitraries.integers().between(0, 1500), Arbitraries.longs()).as((length, seed) -> {
      byte[] bytes = new byte[length];
      new Random(seed).nextBytes(bytes);
      return bytes;
    });
  }

  @Provide
  Arbitrary<SrtpCrypto> cryptos() {
    return Arbitraries.of(SrtpCrypto.best(), SrtpCrypto.jdk());
  }

  @Property(tries = 600)
  void noDatagramPassesOrThrows(@ForAll("cryptos") SrtpCrypto crypto, @ForAll SrtpProfile profile,
      @ForAll("datagrams") byte[] datagram, @ForAll @IntRange(min = -20, max = 2000) int headerLength) {
    try (SrtpReceiver receiver = Packets.receiver(crypto, profile)) {
      assertThat(Packets.unprotectRtp(receiver, datagram, headerLength).code()).isNegative();
      assertThat(Packets.unprotectRtp(receiver, datagram).code()).isNegative();
      assertThat(Packets.unprotectRtcp(receiver, datagram).code()).isNegative();
    }
  }

  @Property(tries = 600)
  void noTruncatedOrMutatedPacketPassesOrThrows(@ForAll("cryptos") SrtpCrypto crypto, @ForAll SrtpProfile profile,
      @ForAll @IntRange(max = 99) int kept, @ForAll @IntRange(max = 99) int mutated,
      @ForAll @IntRange(min = 1, max = 255) int bits) {
    try (SrtpSender sender = Packets.sender(crypto, profile);
        SrtpReceiver receiver = Packets.receiver(crypto, profile)) {
      byte[] rtp = Packets.protectRtp(sender, Packets.rtp(1, 1, 100));
      byte[] rtcp = Packets.protectRtcp(sender, Packets.rtcp(1, 100));
      assertThat(Packets.unprotectRtp(receiver, Arrays.copyOf(rtp, kept)).code()).isNegative();
      assertThat(Packets.unprotectRtcp(receiver, Arrays.copyOf(rtcp, kept)).code()).isNegative();
      rtp[mutated] ^= (byte) bits;
      rtcp[mutated] ^= (byte) bits;
      assertThat(Packets.unprotectRtp(receiver, rtp).code()).isNegative();
      assertThat(Packets.unprotectRtcp(receiver, rtcp).code()).isNegative();
    }
  }
}
