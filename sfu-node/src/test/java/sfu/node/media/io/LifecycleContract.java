package sfu.node.media.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ports, waking and closing, over either implementation; with what it inherits, all of {@link NetIo}. */
@Timeout(60)
abstract class LifecycleContract extends TcpContract {

  @Test
  void workersOfOneProcessGetDifferentPorts() throws Exception {
    Set<Integer> udp = new HashSet<>();
    Set<Integer> tcp = new HashSet<>();
    for (int worker = 0; worker < 6; worker++) {
      NetIo io = opened(NetIo.open(kind(), V4, PORTS, worker));
      assertThat(io.udpPort()).isBetween(PORTS.min(), PORTS.max());
      assertThat(io.tcpPort()).isBetween(PORTS.min(), PORTS.max());
      udp.add(io.udpPort());
      tcp.add(io.tcpPort());
    }
    assertThat(udp).hasSize(6);
    assertThat(tcp).hasSize(6);
  }

  @Test
  void aSearchThatStartsAtTheRangesEndGoesRound() throws Exception {
    NetIo one = opened(NetIo.open(kind(), V4, PORTS, PORTS.size() - 1));
    NetIo other = opened(NetIo.open(kind(), V4, PORTS, PORTS.size() - 1));
    assertThat(other.udpPort()).isBetween(PORTS.min(), PORTS.max()).isNotEqualTo(one.udpPort());
  }

  @Test
  void anExhaustedRangeIsNamed() throws Exception {
    DatagramSocket taken = opened(new DatagramSocket(new InetSocketAddress(V4, 0)));
    int port = taken.getLocalPort();
    assertThatThrownBy(() -> NetIo.open(kind(), V4, new PortRange(port, port), 0))
        .isInstanceOf(IOException.class)
        .hasMessage("no free UDP port in " + port + ".." + port + " on 127.0.0.1");
  }

  @Test
  void anExhaustedTcpRangeGivesTheUdpPortBack() throws Exception {
    // Not one that the system would choose: it might give the same number to somebody else's UDP socket.
    int port = PORTS.min() + PORTS.size() / 2;
    while (!takeTcpAlone(port)) {
      port++;
    }
    PortRange range = new PortRange(port, port);
    assertThatThrownBy(() -> NetIo.open(kind(), V4, range, 0))
        .isInstanceOf(IOException.class)
        .hasMessage("no free TCP port in " + port + ".." + port + " on 127.0.0.1");
    opened(new DatagramSocket(new InetSocketAddress(V4, port)));
  }

  private boolean takeTcpAlone(int port) throws Exception {
    try (DatagramSocket udp = new DatagramSocket(new InetSocketAddress(V4, port))) {
      opened(new ServerSocket(port, 1, V4));
      return true;
    } catch (BindException e) {
      return false;
    }
  }

  @Test
  void anAddressOfAnotherMachineIsNamed() {
    assertThatThrownBy(() -> NetIo.open(kind(), InetAddress.ofLiteral("192.0.2.1"), PORTS, 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("192.0.2.1")
        .hasMessageContaining("not an address of this machine");
  }

  @Test
  void closingGivesThePortsBack() throws Exception {
    NetIo first = NetIo.open(kind(), V4, PORTS, 500);
    first.close();
    NetIo second = opened(NetIo.open(kind(), V4, PORTS, 500));
    assertThat(second.udpPort()).isEqualTo(first.udpPort());
    assertThat(second.tcpPort()).isEqualTo(first.tcpPort());
  }

  @Test
  void closingClosesTheConnections() throws Exception {
    NetIo io = NetIo.open(kind(), V4, PORTS, 0);
    var client = connect(io);
    Path path = accept(io);
    io.close();
    path.close();
    assertThat(client.getInputStream().read()).isEqualTo(-1);
    assertThat(seen.closed).isEmpty();
  }

  @Test
  void aWakeupFromAnotherThreadEndsAWaitWithoutEnd() throws Exception {
    NetIo io = open(V4);
    AtomicInteger polls = new AtomicInteger();
    Thread loop = Thread.ofPlatform().start(() -> {
      for (int i = 0; i < 3; i++) {
        io.poll(Long.MAX_VALUE, seen);
        polls.incrementAndGet();
      }
    });
    for (int i = 1; i <= 3; i++) {
      io.wakeup();
      while (polls.get() < i) {
        Thread.onSpinWait();
      }
    }
    loop.join();
    assertThat(polls).hasValue(3);
  }

  @Test
  void wakeupsBeforeAPollKeepItFromWaitingOnce() throws Exception {
    NetIo io = open(V4);
    for (int i = 0; i < 1000; i++) {
      io.wakeup();
    }
    io.poll(Long.MAX_VALUE, seen);
    io.poll(1, seen);
    io.wakeup();
    io.poll(Long.MAX_VALUE, seen);
    assertThat(seen.batches).hasSize(3);
  }

  @Test
  void aWakeupAfterCloseIsHarmless() throws Exception {
    NetIo io = NetIo.open(kind(), V4, PORTS, 0);
    io.close();
    io.close();
    io.wakeup();
  }
}
