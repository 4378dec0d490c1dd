package sfu.node.media.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sfu.node.media.io.IoStats.Counter;

/** Which of our addresses packets leave from: all of 127/8 is ours, and routing prefers 127.0.0.1. */
@EnabledOnOs(OS.LINUX)
final class LinuxLocalAddressTest extends NetIoContract {

  private static final InetAddress OTHER_V4 = InetAddress.ofLiteral("127.0.0.2");

  private NetIo io;

  /** Makes a path to the sender of every datagram, as it comes. */
  private final class Answering extends RecordingHandler {
    private Path toSender;
    private Path toAnother;

    @Override
    public void onDatagram(MemorySegment segment, long offset, int length, long hi, long lo, int port) {
      super.onDatagram(segment, offset, length, hi, lo, port);
      toSender = io.udpPath(hi, lo, port);
      toAnother = io.udpPath(hi, lo, port == 1 ? 2 : 1);
    }
  }

  private final Answering answering = new Answering();

  @Override
  IoKind kind() {
    return IoKind.LINUX;
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0, 127.0.0.1", "0.0.0.0, 127.0.0.2", "::, 127.0.0.1", "::, 127.0.0.2", "::, ::1"})
  void anAnswerLeavesFromTheAddressThatWasAsked(String bind, String asked) throws Exception {
    io = open(InetAddress.ofLiteral(bind));
    InetAddress address = InetAddress.ofLiteral(asked);
    DatagramSocket client = client(address);
    ask(client, address);
    for (int i = 0; i < 3; i++) {
      put(io, answering.toSender, packet(i, 100 + i));
      io.flush();
      assertReceived(client, packet(i, 100 + i), address);
    }
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0, 127.0.0.2", "::, 127.0.0.2", "::, ::1"})
  void aSegmentedRunLeavesFromTheAddressThatWasAsked(String bind, String asked) throws Exception {
    io = open(InetAddress.ofLiteral(bind));
    InetAddress address = InetAddress.ofLiteral(asked);
    DatagramSocket client = client(address);
    ask(client, address);
    for (int i = 0; i < 10; i++) {
      put(io, answering.toSender, packet(i, i < 9 ? 1200 : 600));
    }
    io.flush();
    for (int i = 0; i < 10; i++) {
      assertReceived(client, packet(i, i < 9 ? 1200 : 600), address);
    }
    assertThat(io.stats().get(Counter.GSO_SENDS)).isEqualTo(1);
    assertThat(io.stats().get(Counter.SEND_CALLS)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0, 127.0.0.2", "::, 127.0.0.2", "::, ::1"})
  void packetsWhoseSegmentationWasRefusedDoToo(String bind, String asked) throws Exception {
    io = open(InetAddress.ofLiteral(bind));
    InetAddress address = InetAddress.ofLiteral(asked);
    DatagramSocket client = client(address);
    ask(client, address);
    ((LinuxUdpPath) answering.toSender).refuseSegments();
    for (int i = 0; i < 10; i++) {
      put(io, answering.toSender, packet(i, 1200));
    }
    io.flush();
    for (int i = 0; i < 10; i++) {
      assertReceived(client, packet(i, 1200), address);
    }
    assertThat(io.stats().get(Counter.GSO_SENDS)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::"})
  void clientsThatAskedDifferentAddressesAreAnsweredInOneBatch(String bind) throws Exception {
    io = open(InetAddress.ofLiteral(bind));
    DatagramSocket[] clients = new DatagramSocket[20];
    Path[] paths = new Path[20];
    InetAddress[] asked = new InetAddress[20];
    for (int i = 0; i < clients.length; i++) {
      asked[i] = InetAddress.ofLiteral("127.0.1." + i);
      clients[i] = client(V4);
      ask(clients[i], asked[i]);
      paths[i] = answering.toSender;
    }
    // And one of whom nothing came: its path leaves the address to routing, between others that don't.
    DatagramSocket unasked = client(V4);
    Path toUnasked = pathTo(io, V4, unasked.getLocalPort());
    for (int i = 0; i < clients.length; i++) {
      for (int packet = 0; packet < 1 + i % 3; packet++) {
        put(io, paths[i], packet(packet, 500));
      }
      put(io, toUnasked, packet(i, 100));
    }
    io.flush();
    for (int i = 0; i < clients.length; i++) {
      for (int packet = 0; packet < 1 + i % 3; packet++) {
        assertReceived(clients[i], packet(packet, 500), asked[i]);
      }
      assertReceived(unasked, packet(i, 100), V4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::"})
  void anAddressIsOnlyForTheSenderAndOnlyWhileItsDatagramIsDelivered(String bind) throws Exception {
    io = open(InetAddress.ofLiteral(bind));
    DatagramSocket client = client(V4);
    ask(client, OTHER_V4);
    assertThat(((LinuxUdpPath) answering.toSender).localLo()).isEqualTo(Addresses.lo(OTHER_V4));
    long unspecified = Addresses.mapped(0);
    assertThat(((LinuxUdpPath) answering.toAnother).localLo()).isEqualTo(unspecified);
    assertThat(((LinuxUdpPath) pathTo(io, V4, client.getLocalPort())).localLo()).isEqualTo(unspecified);
  }

  @Test
  void aSocketWithAnAddressOfItsOwnIsNotTold() throws Exception {
    io = open(OTHER_V4);
    DatagramSocket client = client(V4);
    ask(client, OTHER_V4);
    assertThat(((LinuxUdpPath) answering.toSender).localLo()).isEqualTo(Addresses.mapped(0));
    put(io, answering.toSender, packet(1, 100));
    io.flush();
    assertReceived(client, packet(1, 100), OTHER_V4);
  }

  @Test
  void burstsComeWholeWithTheirAddress() throws Exception {
    io = open(InetAddress.ofLiteral("0.0.0.0"));
    NetIo source = open(V4);
    Path path = pathTo(source, OTHER_V4, io.udpPort());
    for (int i = 0; i < 60; i++) {
      put(source, path, packet(i, 1000));
    }
    source.flush();
    pollUntil(io, answering, () -> answering.datagrams.size() == 60);
    assertThat(io.stats().get(Counter.RECEIVE_CALLS)).isEqualTo(1);
    assertThat(((LinuxUdpPath) answering.toSender).localLo()).isEqualTo(Addresses.lo(OTHER_V4));
  }

  private DatagramSocket client(InetAddress asked) throws Exception {
    InetAddress own = asked instanceof Inet4Address ? V4 : V6;
    DatagramSocket socket = opened(new DatagramSocket(new InetSocketAddress(own, 0)));
    socket.setSoTimeout(5_000);
    return socket;
  }

  private void ask(DatagramSocket client, InetAddress address) throws Exception {
    int before = answering.datagrams.size();
    client.send(new DatagramPacket(new byte[20], 20, address, io.udpPort()));
    pollUntil(io, answering, () -> answering.datagrams.size() > before);
  }

  private void assertReceived(DatagramSocket client, byte[] expected, InetAddress from) throws Exception {
    DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
    client.receive(packet);
    assertThat(Arrays.copyOf(packet.getData(), packet.getLength())).isEqualTo(expected);
    assertThat(packet.getSocketAddress()).isEqualTo(new InetSocketAddress(from, io.udpPort()));
  }
}
