package sfu.load.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jmh.runner.RunnerException;
import sfu.load.bench.ForwardingBenchmark.Cipher;
import sfu.node.media.io.IoKind;
import sfu.protocol.srtp.SrtpProfile;

class BenchTest {

  /** What a turn's system calls may allocate as long as the compiler has not come to them; no packet's. */
  private static final int SYSTEM_CALLS_BYTES = 200;

  /** A packet that doesn't reach the kernel for each of its viewers makes the run fail. */
  @ParameterizedTest
  @EnumSource
  void forwardsEveryPacketWithoutGarbage(Scenario scenario) throws RunnerException {
    BenchCase usual = new BenchCase(scenario, IoKind.LINUX, Cipher.LIBCRYPTO, SrtpProfile.AEAD_AES_128_GCM);
    assumeThat(usual.obstacle()).isNull();

    Measurement measured = Bench.run(usual, Bench.Effort.QUICK);

    assertThat(measured.turns()).isPositive();
    double packetsPerTurn = (double) measured.packets() / measured.turns();
    assertThat(packetsPerTurn).isGreaterThanOrEqualTo(scenario.receivers());
    // The SFU sends reports besides, each by itself.
    assertThat(measured.bareSegments()).isCloseTo(measured.segments(), withinPercentage(5));
    // The best iteration: on a busy machine the compiler may not be done when the first begins.
    double bytesPerTurn = measured.sfuBytes().min() * packetsPerTurn;
    assertThat(bytesPerTurn).isLessThan(Math.max(packetsPerTurn, SYSTEM_CALLS_BYTES));
  }

  @Test
  void forwardsEveryPacketWithWhatEveryPlatformHas() throws RunnerException {
    BenchCase portable =
        new BenchCase(Scenario.TEN_TO_TEN, IoKind.NIO, Cipher.JDK, SrtpProfile.AES_CM_128_HMAC_SHA1_80);

    assertThat(Bench.run(portable, Bench.Effort.QUICK).packets()).isPositive();
  }
}
