package sfu.node.media.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaReply;
import sfu.node.media.io.IoKind;
import sfu.node.media.io.IoStats;
import sfu.node.media.io.NetIo;
import sfu.node.media.io.Path;
import sfu.node.media.io.PortRange;
import sfu.protocol.dtls.DtlsCertificate;
import sfu.protocol.srtp.SrtpCrypto;

/** A loop's utilisation, on a clock that moves while it waits and while it works. */
class LoadTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long PACKET_NANOS = 200_000;
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  /** Polls that wait for a while, then bring packets in several batches, each of which takes a while to handle. */
  private final class TimedIo implements NetIo {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment packet = arena.allocate(MAX_PACKET_BYTES);

    @Override
    public void poll(long timeoutNanos, Handler handler) {
      clockNanos += waitNanos;
      for (int batch = 0; batch < batches; batch++) {
        for (int i = 0; i < MAX_BATCH; i++) {
          handler.onDatagram(packet, 0, 100, 0, 1, 1);
          clockNanos += PACKET_NANOS;
        }
        handler.onBatchEnd();
      }
      if (batches == 0) {
        handler.onBatchEnd();
      }
    }

    @Override
    public String name() {
      return "timed";
    }

    @Override
    public int udpPort() {
      return 1;
    }

    @Override
    public int tcpPort() {
      return 1;
    }

    @Override
    public void wakeup() {
      // Never sleeps.
    }

    @Override
    public MemorySegment outBuffer() {
      return packet;
    }

    @Override
    public long reserve(Path path, int maxLength) {
      return -1;
    }

    @Override
    public void commit(int length) {
      throw new IllegalStateException("nothing was reserved");
    }

    @Override
    public void flush() {
      // There is nothing to send.
    }

    @Override
    public Path udpPath(long addressHi, long addressLo, int port) {
      throw new IllegalStateException("nobody authenticates");
    }

    @Override
    public IoStats stats() {
      return new IoStats();
    }

    @Override
    public void close() {
      arena.close();
    }
  }

  private long clockNanos = 1_000 * SECOND;
  private long waitNanos;
  private int batches;
  private final WorkerCore worker =
      new WorkerCore(
          new WorkerSettings(
              0, LOOPBACK, LOOPBACK, LOOPBACK, new PortRange(1, 1), IoKind.NIO,
              SrtpCrypto.best(), DtlsCertificate.generate(), 1_000_000, 1_000_000),
          new TimedIo(),
          () -> clockNanos,
          Runnable::run);

  @AfterEach
  void close() {
    waitNanos = SECOND;
    worker.close();
  }

  @Test
  void aLoopThatNeverCatchesUpIsBusyAllTheTime() {
    batches = 4;
    assertThat(utilisation()).isGreaterThan(0.9);
  }

  @Test
  void aLoopThatWorksAfterEachWaitIsBusyInBetween() {
    batches = 2;
    waitNanos = 2 * NetIo.MAX_BATCH * PACKET_NANOS;
    assertThat(utilisation()).isBetween(0.45, 0.55);
  }

  @Test
  void aLoopThatOnlyWaitsIsIdle() {
    waitNanos = 10_000_000;
    assertThat(utilisation()).isLessThan(0.05);
  }

  private double utilisation() {
    long end = clockNanos + 3 * SECOND;
    while (clockNanos < end) {
      worker.turn(Long.MAX_VALUE);
    }
    TestInbox<MediaReply> inbox = TestInbox.create();
    worker.submit(new MediaCommand.GetLoad(inbox.getRef()));
    worker.turn(0);
    return ((MediaReply.Load) inbox.receiveMessage()).utilisation();
  }
}
