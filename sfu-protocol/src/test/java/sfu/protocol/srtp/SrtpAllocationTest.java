package sfu.protocol.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The media loop makes no garbage per packet; with libcrypto that includes SRTP. */
class SrtpAllocationTest {
  private static final int WARM_UP = 30_000;
  private static final int MEASURED = 10_000;
  /** What the measurement itself and a late compilation may leave; a single object a packet would be ten times that. */
  private static final long TOLERANCE_BYTES = 16_000;
  private static final int PAYLOAD = 200;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @EnumSource(SrtpProfile.class)
  void libcryptoMakesNoGarbagePerPacket(SrtpProfile profile) {
    assumeTrue(LibcryptoProvider.unavailable() == null, LibcryptoProvider.unavailable());
    try (Arena arena = Arena.ofConfined();
        SrtpSender sender = Packets.sender(SrtpCrypto.openssl(), profile);
        SrtpReceiver receiver = Packets.receiver(SrtpCrypto.openssl(), profile)) {
      MemorySegment plain = arena.allocate(12 + PAYLOAD + SrtpSender.MAX_OVERHEAD);
      MemorySegment wire = arena.allocate(12 + PAYLOAD + SrtpSender.MAX_OVERHEAD);
      exchange(sender, receiver, plain, wire, 0, WARM_UP);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      exchange(sender, receiver, plain, wire, WARM_UP, MEASURED);
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      assertThat(allocated).as("bytes for %s packets", MEASURED).isLessThan(TOLERANCE_BYTES);
    }
  }

  /** Of each number an RTP packet for two streams, a replay and a forgery; then RTCP. */
  private static void exchange(SrtpSender sender, SrtpReceiver receiver, MemorySegment plain, MemorySegment wire,
      int first, int count) {
    int refused = 0;
    for (int i = first; i < first + count; i++) {
      wire.set(Bytes.SHORT, Bytes.RTP_SEQUENCE_OFFSET, (short) i);
      wire.set(Bytes.INT, Bytes.RTP_SSRC_OFFSET, i & 1);
      int length = sender.protectRtp(wire, 0, 12, 17, plain, 17, PAYLOAD - 5);
      int plainLength = receiver.unprotectRtp(wire, 0, length, 12, plain, 0);
      if (plainLength != 12 + PAYLOAD) {
        throw new AssertionError("refused with " + plainLength);
      }
      refused += receiver.unprotectRtp(wire, 0, length, 12, plain, 0) < 0 ? 1 : 0;
      wire.set(Bytes.SHORT, Bytes.RTP_SEQUENCE_OFFSET, (short) (i + 2));
      refused += receiver.unprotectRtp(wire, 0, length, 12, plain, 0) < 0 ? 1 : 0;
      int rtcpLength = receiver.unprotectRtcp(wire, 0, sender.protectRtcp(wire, 0, 100));
      if (rtcpLength != 100) {
        throw new AssertionError("refused with " + rtcpLength);
      }
    }
    assertThat(refused).isEqualTo(2 * count);
  }
}
