package sfu.node.media.io;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of a packet makes no garbage, once compiled. */
@EnabledOnOs(OS.LINUX)
final class LinuxIoAllocationTest {

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final int PACKETS = 64;
  private static final int ROUNDS_A_MEASUREMENT = 100;

  /** Where the JIT gives up inlining a system call, it costs a slice for errno. */
  private static final int SLICE_BYTES = 40;

  /** Waiting, receiving, receiving in vain, sending. */
  private static final int MAX_CALLS_A_POLL = 4;

  /** When the compiler is done with this path is not ours to say; far sooner than this. */
  private static final int MAX_MEASUREMENTS = 300;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private interface Round {
    void run() throws Exception;
  }

  /** By the polls of the I/O under test alone: what is around them is compiled in its own ways. */
  private long allocatedBytes;

  private int polls;

  private void poll(NetIo io, NetIo.Handler handler) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    io.poll(0, handler);
    polls++;
    allocatedBytes += THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  /** Sends what it gets to one path, if it has one. */
  private static final class Forwarder implements NetIo.Handler {
    private final NetIo io;
    private Path to;
    private int received;

    Forwarder(NetIo io, Path to) {
      this.io = io;
      this.to = to;
    }

    @Override
    public void onDatagram(MemorySegment segment, long offset, int length, long addressHi, long addressLo, int port) {
      forward(segment, offset, length);
    }

    @Override
    public void onTcpAccepted(Path path) {
      to = path;
    }

    @Override
    public void onTcpFrame(Path path, MemorySegment segment, long offset, int length) {
      forward(segment, offset, length);
    }

    @Override
    public void onTcpClosed(Path path) {
      throw new AssertionError(path + " closed");
    }

    @Override
    public void onBatchEnd() {
      io.flush();
    }

    private void forward(MemorySegment segment, long offset, int length) {
      received++;
      if (to != null) {
        long at = io.reserve(to, length);
        MemorySegment.copy(segment, offset, io.outBuffer(), at, length);
        io.commit(length);
      }
    }
  }

  /** Bound to all addresses, a socket also hears and says which of them is meant. */
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "::"})
  void forwardingDatagramsAllocatesNothing(String bind) throws Exception {
    try (NetIo source = open(0);
        NetIo sfu = NetIo.open(IoKind.LINUX, InetAddress.ofLiteral(bind), NetIoContract.PORTS, 1);
        NetIo sink = open(2)) {
      Path toSfu = NetIoContract.pathTo(source, LOOPBACK, sfu.udpPort());
      Forwarder forwarder = new Forwarder(sfu, NetIoContract.pathTo(sfu, LOOPBACK, sink.udpPort()));
      Forwarder end = new Forwarder(sink, null);
      assertNoAllocation(() -> {
        for (int i = 0; i < PACKETS; i++) {
          source.reserve(toSfu, 1200);
          source.commit(i % 10 == 0 ? 700 : 1200);
        }
        source.flush();
        end.received = 0;
        while (end.received < PACKETS) {
          poll(sfu, forwarder);
          sink.poll(0, end);
        }
      });
    }
  }

  @Test
  void echoingFramesAllocatesNothing() throws Exception {
    try (NetIo sfu = open(0);
        SocketChannel client = SocketChannel.open(new InetSocketAddress(LOOPBACK, sfu.tcpPort()))) {
      Forwarder echo = new Forwarder(sfu, null);
      ByteBuffer sent = ByteBuffer.allocateDirect(PACKETS * 1002);
      for (int i = 0; i < PACKETS; i++) {
        sent.putShort(i * 1002, (short) 1000);
      }
      ByteBuffer got = ByteBuffer.allocateDirect(PACKETS * 1002);
      client.configureBlocking(false);
      assertNoAllocation(() -> {
        sent.clear();
        got.clear();
        while (got.hasRemaining()) {
          client.write(sent);
          poll(sfu, echo);
          client.read(got);
        }
      });
    }
  }

  private static NetIo open(int worker) throws Exception {
    return NetIo.open(IoKind.LINUX, LOOPBACK, NetIoContract.PORTS, worker);
  }

  private void assertNoAllocation(Round round) throws Exception {
    int packets = PACKETS * ROUNDS_A_MEASUREMENT;
    int measurements = 0;
    do {
      allocatedBytes = 0;
      polls = 0;
      for (int i = 0; i < ROUNDS_A_MEASUREMENT; i++) {
        round.run();
      }
    } while (allocatedBytes >= packets && ++measurements < MAX_MEASUREMENTS);
    long calls = (long) polls * MAX_CALLS_A_POLL;
    assertThat(allocatedBytes).as("bytes allocated by %d packets in %d polls", packets, polls)
        .isLessThan(packets + calls * SLICE_BYTES);
  }
}
