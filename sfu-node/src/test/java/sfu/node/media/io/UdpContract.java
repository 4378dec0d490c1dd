package sfu.node.media.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import sfu.node.media.io.IoStats.Counter;

/** Datagrams, over either implementation. */
abstract class UdpContract extends NetIoContract {

  @Test
  void anEchoGoesBackToItsSender() throws Exception {
    NetIo io = open(V4);
    DatagramSocket client = client(V4);

    send(client, "hello".getBytes(), io, V4);
    pollUntil(io, () -> !seen.datagrams.isEmpty());
    var got = seen.datagrams.getFirst();
    put(io, io.udpPath(got.addressHi(), got.addressLo(), got.port()), got.bytes());
    io.flush();

    assertThat(receive(client)).isEqualTo("hello".getBytes());
    assertThat(got.addressHi()).isZero();
    assertThat(got.addressLo()).isEqualTo(0x0000_ffff_7f00_0001L);
    assertThat(got.port()).isEqualTo(client.getLocalPort());
    assertThat(io.stats().get(Counter.DATAGRAMS_IN)).isEqualTo(1);
    assertThat(io.stats().get(Counter.DATAGRAM_BYTES_OUT)).isEqualTo(5);
  }

  @Test
  void aDualStackSocketServesBothFamilies() throws Exception {
    NetIo io = open(InetAddress.ofLiteral("::"));
    for (InetAddress address : List.of(V4, V6)) {
      DatagramSocket client = client(address);
      seen.datagrams.clear();
      send(client, "x".getBytes(), io, address);
      pollUntil(io, () -> !seen.datagrams.isEmpty());
      var got = seen.datagrams.getFirst();
      assertThat(got.addressHi()).isEqualTo(Addresses.hi(address));
      assertThat(got.addressLo()).isEqualTo(Addresses.lo(address));
      put(io, io.udpPath(got.addressHi(), got.addressLo(), got.port()), got.bytes());
      io.flush();
      assertThat(receive(client)).isEqualTo("x".getBytes());
    }
  }

  @Test
  void anIpv6DestinationOnAnIpv4SocketIsRefused() throws Exception {
    NetIo io = open(V4);
    assertThatThrownBy(() -> pathTo(io, V6, 9)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void packetsOfAllLengthsToManyDestinationsArriveWholeAndInOrder() throws Exception {
    NetIo io = open(V4);
    Random random = new Random(1);
    List<DatagramSocket> clients = new ArrayList<>();
    List<Path> paths = new ArrayList<>();
    List<List<byte[]>> sent = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      clients.add(client(V4));
      paths.add(pathTo(io, V4, clients.getLast().getLocalPort()));
      sent.add(new ArrayList<>());
    }
    for (int i = 0; i < 600; i++) {
      int to = random.nextInt(paths.size());
      byte[] packet = packet(i, random.nextBoolean() ? 300 : 1 + random.nextInt(NetIo.MAX_PACKET_BYTES));
      put(io, paths.get(to), packet);
      sent.get(to).add(packet);
    }
    io.flush();
    for (int i = 0; i < clients.size(); i++) {
      for (byte[] packet : sent.get(i)) {
        assertThat(receive(clients.get(i))).isEqualTo(packet);
      }
    }
    assertThat(io.stats().get(Counter.DATAGRAMS_OUT)).isEqualTo(600);
  }

  @Test
  void aRunOfEqualPacketsWithAShorterLastArrivesAsItWasCut() throws Exception {
    assertArrivesAsSent(1200, 1200, 1200, 700, 1200, 1200, 1201, 40, 40, 40, 39);
  }

  @Test
  void aRunLongerThanOneMessageMayBeArrivesWhole() throws Exception {
    int[] lengths = new int[200];
    Arrays.fill(lengths, 100);
    assertArrivesAsSent(lengths);
    Arrays.fill(lengths, 1500);
    assertArrivesAsSent(lengths);
  }

  private void assertArrivesAsSent(int... lengths) throws Exception {
    NetIo io = open(V4);
    DatagramSocket client = client(V4);
    Path path = pathTo(io, V4, client.getLocalPort());
    for (int i = 0; i < lengths.length; i++) {
      put(io, path, packet(i, lengths[i]));
    }
    io.flush();
    for (int i = 0; i < lengths.length; i++) {
      assertThat(receive(client)).as("packet %d", i).isEqualTo(packet(i, lengths[i]));
    }
  }

  @Test
  void aThousandPacketsPassFromOneWorkerToAnotherInBoundedBatches() throws Exception {
    NetIo from = open(V4);
    NetIo to = open(V4);
    Path path = pathTo(from, V4, to.udpPort());
    for (int i = 0; i < 1000; i++) {
      put(from, path, packet(i, i % 97 == 0 ? 333 : 1000));
    }
    from.flush();
    pollUntil(to, () -> seen.datagrams.size() == 1000);
    for (int i = 0; i < 1000; i++) {
      assertThat(seen.datagrams.get(i).bytes()).isEqualTo(packet(i, i % 97 == 0 ? 333 : 1000));
    }
    assertThat(seen.batches).allMatch(size -> size <= NetIo.MAX_BATCH);
  }

  @Test
  void anOversizeDatagramIsDroppedAndTheNextDelivered() throws Exception {
    NetIo io = open(V4);
    DatagramSocket client = client(V4);
    send(client, new byte[NetIo.MAX_PACKET_BYTES + 1], io, V4);
    send(client, new byte[20_000], io, V4);
    send(client, packet(1, NetIo.MAX_PACKET_BYTES), io, V4);
    pollUntil(io, () -> !seen.datagrams.isEmpty());
    assertThat(seen.datagrams).hasSize(1);
    assertThat(seen.datagrams.getFirst().bytes()).isEqualTo(packet(1, NetIo.MAX_PACKET_BYTES));
    assertThat(io.stats().get(Counter.DATAGRAMS_OVERSIZE)).isEqualTo(2);
  }

  @Test
  void anEmptyDatagramIsDeliveredAsSuch() throws Exception {
    NetIo io = open(V4);
    send(client(V4), new byte[0], io, V4);
    pollUntil(io, () -> !seen.datagrams.isEmpty());
    assertThat(seen.datagrams.getFirst().bytes()).isEmpty();
  }

  @Test
  void aDestinationThatCannotBeReachedCostsOnlyItsOwnPackets() throws Exception {
    NetIo io = open(V4);
    DatagramSocket client = client(V4);
    Path good = pathTo(io, V4, client.getLocalPort());
    // A broadcast address without the permission for it, and port 0: sendmmsg fails on these.
    Path broadcast = pathTo(io, InetAddress.ofLiteral("255.255.255.255"), 9);
    Path portless = pathTo(io, V4, 0);
    put(io, broadcast, packet(1, 10));
    put(io, good, packet(2, 10));
    put(io, portless, packet(3, 10));
    put(io, broadcast, packet(4, 10));
    put(io, good, packet(5, 10));
    put(io, portless, packet(6, 10));
    io.flush();
    assertThat(receive(client)).isEqualTo(packet(2, 10));
    assertThat(receive(client)).isEqualTo(packet(5, 10));
    assertThat(io.stats().get(Counter.DATAGRAMS_OUT)).isEqualTo(2);
    assertThat(io.stats().get(Counter.SEND_ERRORS_UNREACHABLE) + io.stats().get(Counter.SEND_ERRORS_OTHER))
        .isEqualTo(4);
  }

  @Test
  void aPortWhereNobodyListensDisturbsNothing() throws Exception {
    NetIo io = open(V4);
    DatagramSocket gone = new DatagramSocket(new InetSocketAddress(V4, 0));
    Path dead = pathTo(io, V4, gone.getLocalPort());
    gone.close();
    DatagramSocket client = client(V4);
    for (int i = 0; i < 3; i++) {
      put(io, dead, packet(i, 10));
      put(io, pathTo(io, V4, client.getLocalPort()), packet(i, 10));
      io.flush();
      assertThat(receive(client)).isEqualTo(packet(i, 10));
    }
    send(client, "still here".getBytes(), io, V4);
    pollUntil(io, () -> seen.datagramTexts().contains("still here"));
  }

  @Test
  void aClosedPathTakesNoPacketAndKeepsThoseCommitted() throws Exception {
    NetIo io = open(V4);
    DatagramSocket client = client(V4);
    Path path = pathTo(io, V4, client.getLocalPort());
    path.attach("a transport");
    put(io, path, packet(1, 10));
    path.close();
    path.close();
    assertThat(io.reserve(path, 10)).isEqualTo(-1);
    assertThat(path.isClosed()).isTrue();
    assertThat(path.attachment()).isNull();
    io.flush();
    assertThat(receive(client)).isEqualTo(packet(1, 10));
  }

  @Test
  void aReservationCanBeGivenUpAndUsedShorter() throws Exception {
    NetIo io = open(V4);
    DatagramSocket client = client(V4);
    Path path = pathTo(io, V4, client.getLocalPort());
    io.reserve(path, 1500);
    long offset = io.reserve(path, 1500);
    io.outBuffer().set(java.lang.foreign.ValueLayout.JAVA_BYTE, offset, (byte) 7);
    io.commit(1);
    assertThatThrownBy(() -> io.commit(1)).isInstanceOf(IllegalStateException.class);
    io.reserve(path, 10);
    assertThatThrownBy(() -> io.commit(11)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> io.reserve(path, NetIo.MAX_PACKET_BYTES + 1))
        .isInstanceOf(IllegalArgumentException.class);
    io.flush();
    assertThat(receive(client)).containsExactly(7);
    assertThat(io.stats().get(Counter.DATAGRAMS_OUT)).isEqualTo(1);
  }

  @Test
  void aPollSendsWhatWasGathered() throws Exception {
    NetIo io = open(V4);
    DatagramSocket client = client(V4);
    put(io, pathTo(io, V4, client.getLocalPort()), packet(1, 10));
    io.poll(0, seen);
    assertThat(receive(client)).isEqualTo(packet(1, 10));
  }

  @Test
  void aPollWithoutInputEndsItsBatch() throws Exception {
    NetIo io = open(V4);
    io.poll(0, seen);
    io.poll(1, seen);
    io.poll(1_500_000, seen);
    assertThat(seen.batches).containsExactly(0, 0, 0);
  }

  final DatagramSocket client(InetAddress address) throws Exception {
    DatagramSocket socket = opened(new DatagramSocket(new InetSocketAddress(address, 0)));
    socket.setReceiveBufferSize(4 * 1024 * 1024);
    socket.setSoTimeout(5_000);
    return socket;
  }

  static void send(DatagramSocket client, byte[] bytes, NetIo io, InetAddress address) throws Exception {
    client.send(new DatagramPacket(bytes, bytes.length, address, io.udpPort()));
  }

  static byte[] receive(DatagramSocket client) throws Exception {
    DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
    client.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }
}
