package sfu.node.media.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import sfu.node.media.io.IoStats.Counter;

final class TcpAdmissionTest {

  private static final long MILLI = 1_000_000;

  private final IoStats stats = new IoStats();
  private long nowNanos = Long.MAX_VALUE - 50 * MILLI;
  private final TcpAdmission admission = new TcpAdmission(stats, () -> nowNanos);

  @Test
  void connectionsBeyondTheLimitAreRefusedUntilOneCloses() {
    stats.add(Counter.TCP_ACCEPTED, NetIo.MAX_TCP_CONNECTIONS);
    assertThat(admission.admits()).isFalse();
    assertThat(stats.get(Counter.TCP_REFUSED)).isEqualTo(1);
    stats.increment(Counter.TCP_CLOSED);
    assertThat(admission.admits()).isTrue();
  }

  /** Also over the end of the clock's range. */
  @Test
  void aPauseBoundsTheWaitAndEndsOnce() {
    assertThat(admission.bound(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    admission.pause("Too many open files");
    assertThat(admission.bound(Long.MAX_VALUE)).isEqualTo(100 * MILLI);
    assertThat(admission.bound(MILLI)).isEqualTo(MILLI);
    nowNanos += 99 * MILLI;
    assertThat(admission.resumes()).isFalse();
    nowNanos += 2 * MILLI;
    assertThat(admission.bound(Long.MAX_VALUE)).isZero();
    assertThat(admission.resumes()).isTrue();
    assertThat(admission.resumes()).isFalse();
    assertThat(admission.bound(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(stats.get(Counter.TCP_ACCEPT_PAUSES)).isEqualTo(1);
  }
}
