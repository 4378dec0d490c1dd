package sfu.node.media.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import sfu.node.media.io.IoStats.Counter;

/** What happens where a system, or a route, does not take UDP_SEGMENT. */
@EnabledOnOs(OS.LINUX)
final class LinuxSenderTest {

  /** A socket that sends without checksums can't segment: EINVAL. */
  private static final int SO_NO_CHECK = 11;
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final LinuxCalls calls = new LinuxCalls();
  private final IoStats stats = new IoStats();
  private final SendBatch batch = new SendBatch();
  private int fd;
  private DatagramSocket client;
  private LinuxSender sender;
  private LinuxUdpPath path;

  @BeforeEach
  void open() throws Exception {
    fd = calls.socket(Linux.AF_INET, Linux.SOCK_DGRAM | Linux.SOCK_NONBLOCK_CLOEXEC);
    client = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
    client.setSoTimeout(5_000);
    sender = new LinuxSender(calls, fd, false, false, stats);
    path = new LinuxUdpPath(false, 0, Addresses.lo(LOOPBACK), client.getLocalPort());
  }

  @AfterEach
  void close() {
    calls.close(fd);
    client.close();
  }

  @Test
  void refusedSegmentsLeaveOneByOneAndThePathIsNotTriedAgain() throws Exception {
    calls.setOption(fd, Linux.SOL_SOCKET, SO_NO_CHECK, 1);
    for (int round = 0; round < 2; round++) {
      send(1200, 1200, 1200, 600);
      assertReceived(1200, 1200, 1200, 600);
    }
    assertThat(stats.get(Counter.GSO_REFUSED)).isEqualTo(1);
    assertThat(stats.get(Counter.GSO_SENDS)).isZero();
    assertThat(stats.get(Counter.DATAGRAMS_OUT)).isEqualTo(8);
  }

  @Test
  void otherPathsKeepTheirSegments() throws Exception {
    path.refuseSegments();
    send(1200, 1200, 600);
    assertReceived(1200, 1200, 600);
    path = new LinuxUdpPath(false, 0, Addresses.lo(LOOPBACK), client.getLocalPort());
    send(1200, 1200, 600);
    assertReceived(1200, 1200, 600);
    assertThat(stats.get(Counter.GSO_DATAGRAMS)).isEqualTo(3);
  }

  private void send(int... lengths) {
    batch.clear();
    for (int length : lengths) {
      long offset = batch.reserve(path, length);
      MemorySegment.copy(NetIoContract.packet(length, length), 0, batch.slab(), ValueLayout.JAVA_BYTE, offset, length);
      batch.commit(length);
    }
    sender.begin(batch.slab());
    for (int run = 0; run < batch.runs(); run++) {
      sender.add(path, batch.offset(run), batch.length(run), batch.segmentLength(run));
    }
    sender.end();
  }

  private void assertReceived(int... lengths) throws Exception {
    for (int length : lengths) {
      DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
      client.receive(packet);
      assertThat(Arrays.copyOf(packet.getData(), packet.getLength()))
          .isEqualTo(NetIoContract.packet(length, length));
    }
  }
}
